import Handlebars from 'handlebars'
import { compileOptions, parts } from './fill.ts'
import { views } from './views.ts'

/**
 * The text of a module that exports every template as Handlebars' runtime takes it: `templates`, by name.
 * The build writes it (scripts/bundle.mjs).
 */
export function precompiledModule(loadTemplate: (name: string) => string): string {
  const names = [...parts.map(part => `_parts/${part}`), ...Object.keys(views)]
  const entries = names.map(
    name => `${JSON.stringify(name)}: ${Handlebars.precompile(loadTemplate(name), compileOptions)},\n`,
  )
  return `export const templates = {\n${entries.join('')}}\n`
}
