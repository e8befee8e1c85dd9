import type Handlebars from 'handlebars'
import untypedRuntime from 'handlebars/runtime.js'
import type { RenderTemplate } from '../core/step.ts'
import { renderWith } from './fill.ts'

/** Handlebars without its compiler; the package's types leave it empty. */
const runtime = untypedRuntime as Pick<typeof Handlebars, 'template'>

/** What `precompiledModule` wrote, loaded. */
export interface PrecompiledModule {
  readonly templates: Readonly<Record<string, TemplateSpecification>>
}

/** Renders templates that were compiled before. */
export function precompiledRender({ templates }: PrecompiledModule): RenderTemplate {
  return renderWith(name => runtime.template(templates[name] ?? missing(name)))
}

function missing(name: string): never {
  throw new TypeError(`the template ${name} is not among the precompiled`)
}
