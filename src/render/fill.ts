import type Handlebars from 'handlebars'
import type { Cluster } from '../core/cluster.ts'
import { quote } from '../core/quote.ts'
import type { SecretText } from '../core/secret.ts'
import type { RenderTemplate } from '../core/step.ts'
import { hideout } from './secrets.ts'
import { viewOf } from './views.ts'

/** Parts that templates include with `{{> name}}`; files below templates/_parts. */
export const parts = [
  'header',
  'tracked',
  'fencing/base',
  'fencing/drbd',
  'group/base',
  'portmapper',
  'group/helpers',
  'group/state',
  'group/record-v40',
  'group/nfsd',
  'group/nfsd-units',
  'group/nfsd-warm',
  'group/guard',
  'group/started',
  'group/lean',
  'group/standard',
  'rehearse/present',
  'rehearse/mounts',
  'rehearse/files',
  'monitor/probe',
  'monitor/survey',
  'monitor/notices',
  'monitor/deeds',
  'monitor/disks',
  'monitor/keep',
  'monitor/loop',
  'monitor/publish',
] as const

/**
 * How templates are compiled, now or by the build: nothing is escaped (a `=` in a file is a `=`), and
 * a name that the view does not have is an error.
 */
export const compileOptions = { noEscape: true, strict: true } as const

/** A compiled template; helpers and parts go along with the view. */
export type Template = Handlebars.TemplateDelegate<Readonly<Record<string, unknown>>>

/** Renders with the templates that `makeTemplate` gives by name, asked once for each. Secrets come out as spans. */
export function renderWith(makeTemplate: (name: string) => Template): RenderTemplate {
  const made = new Map<string, Template>()
  const templateOf = (name: string) => {
    const template = made.get(name) ?? makeTemplate(name)
    made.set(name, template)
    return template
  }
  const runtime = {
    helpers: { sh: (word: string) => quote(word) },
    partials: Object.fromEntries(parts.map(part => [part, templateOf(`_parts/${part}`)])),
  }
  const fill = (name: string, { cluster, node, item }: RenderContext) => {
    const secrets = hideout()
    const view = viewOf(name)({ cluster, node, item, hide: secrets.hide })
    return secrets.split(templateOf(name)({ cluster: cluster.name, template: name, ...view }, runtime))
  }
  return onceEach(fill)
}

type RenderContext = Parameters<RenderTemplate>[1]

/** Fills each template once for the same cluster, node and item: a plan diffs a step several times over, and all of these are frozen. */
function onceEach(fill: RenderTemplate): RenderTemplate {
  const known = new WeakMap<Cluster, Map<unknown, Map<string, SecretText>>>()
  return (name, context) => {
    const ofCluster = known.get(context.cluster) ?? new Map<unknown, Map<string, SecretText>>()
    known.set(context.cluster, ofCluster)
    const ofItem = ofCluster.get(context.item) ?? new Map<string, SecretText>()
    ofCluster.set(context.item, ofItem)
    const key = `${context.node.name} ${name}`
    const text = ofItem.get(key) ?? fill(name, context)
    ofItem.set(key, text)
    return text
  }
}
