import Handlebars from 'handlebars'
import type { RenderTemplate } from '../core/step.ts'
import { compileOptions, renderWith } from './fill.ts'

/** Renders the templates whose text `loadTemplate` gives by name, compiling each when it is first needed. */
export function createRender(loadTemplate: (name: string) => string): RenderTemplate {
  return renderWith(name => Handlebars.compile(loadTemplate(name), compileOptions))
}
