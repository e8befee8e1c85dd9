import Handlebars from 'handlebars'
import { quote } from '../core/quote.ts'
import type { RenderTemplate } from '../core/step.ts'
import { hideout } from './secrets.ts'
import { viewOf } from './views.ts'

/** Parts that templates include with `{{> name}}`; files below templates/_parts. */
export const parts = [
  'header',
  'group/base',
  'group/nfsd',
  'group/guard',
  'group/lean',
  'group/standard',
] as const

type Template = (view: Readonly<Record<string, unknown>>) => string

/**
 * Renders the templates that `loadTemplate` gives by name. Nothing is escaped (a `=` in a file is a
 * `=`), and a name that the view does not have is an error; a template is compiled once. Secrets
 * come out as spans.
 */
export function createRender(loadTemplate: (name: string) => string): RenderTemplate {
  const engine = Handlebars.create()
  engine.registerHelper('sh', (word: string) => quote(word))
  for (const part of parts) engine.registerPartial(part, loadTemplate(`_parts/${part}`))
  const compiled = new Map<string, Template>()

  return (name, { cluster, node, item }) => {
    const template =
      compiled.get(name) ?? engine.compile(loadTemplate(name), { noEscape: true, strict: true })
    compiled.set(name, template)
    const secrets = hideout()
    const view = viewOf(name)({ cluster, node, item, hide: secrets.hide })
    return secrets.split(template({ cluster: cluster.name, template: name, ...view }))
  }
}
