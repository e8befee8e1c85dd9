import { foreignWords } from '../../src/inventory/foreign-words.ts'

/** What of JSON Schema (draft 2020-12) the inventory's uses. */
export interface Schema {
  readonly type?: string
  readonly description?: string
  readonly enum?: readonly string[]
  readonly const?: string | number | boolean
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}

/** The inventory's keys as Markdown: a section for each top-level key, a row for each key below it. */
export function inventoryReference(schema: Schema): string {
  const keys = Object.entries(schema.properties ?? {})
  const required = new Set(schema.required ?? [])
  return [
    '# Inventory reference',
    'Made from the schema by `npm run docs`; editors complete from the same one (`nfsha schema`). Every default stands here with its reason. `NAME` is a name that you choose, `[]` an item of a list.',
    keys.map(([key]) => `[\`${key}\`](#${key})`).join(' · '),
    ...keys.map(([key, value]) => section(key, value, required.has(key))),
    '## Words of other files',
    'What ha.cf, haresources, drbd.conf and fstab say stands elsewhere here, or needs not be said; what nfsha does not do on purpose is told in [Limits](findings.md#limits).',
    wordTable(),
  ].join('\n\n')
}

function section(key: string, schema: Schema, isRequired: boolean): string {
  const rows = rowsBelow(schema, key)
  const about = `*${valuesOf(schema)}${isRequired ? ', required' : ''}.* ${schema.description ?? ''}`
  const table = ['| key | values | |', '|---|---|---|', ...rows]
  return [`## ${key}`, about, ...(rows.length === 0 ? [] : [table.join('\n')])].join('\n\n')
}

function wordTable(): string {
  const rows = [...foreignWords].map(([word, { of, place }]) => `| \`${word}\` | ${of} | ${place} |`)
  return ['| word | of | here |', '|---|---|---|', ...rows].join('\n')
}

/** A row for each key below; `ssh` of a host is told once, at the top. */
function rowsBelow(schema: Schema, path: string): readonly string[] {
  const alternatives = (schema.anyOf ?? []).flatMap(each => rowsBelow(each, path))
  const named =
    typeof schema.additionalProperties === 'object'
      ? rowsBelow(schema.additionalProperties, `${path}.NAME`)
      : []
  const items = schema.items === undefined ? [] : rowsBelow(schema.items, `${path}[]`)
  const required = new Set(schema.required ?? [])
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const isHostSsh = key === 'ssh' && path !== 'ssh'
    const row = rowOf(`${path}.${key}`, value, required.has(key))
    return isHostSsh ? [row, hostSshRow(`${path}.ssh`)] : [row, ...rowsBelow(value, `${path}.${key}`)]
  })
  return [...new Set([...own, ...named, ...items, ...alternatives])]
}

function rowOf(path: string, schema: Schema, isRequired: boolean): string {
  const cells = [
    `\`${path}\``,
    valuesOf(schema),
    `${isRequired ? 'Required. ' : ''}${schema.description ?? ''}`,
  ]
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function hostSshRow(path: string): string {
  return `| \`${path}.…\` | | As the keys of [\`ssh\`](#ssh), for this host alone; and \`host\`, where its name is not its address. |`
}

/** What may be written, in a few words. */
function valuesOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map(value => `\`${value}\``).join(', ')
  if (schema.const !== undefined) return `\`${schema.const}\``
  if (schema.anyOf !== undefined) return alternativesOf(schema.anyOf)
  if (schema.type === 'array')
    return `list${schema.items === undefined ? '' : ` of ${valuesOf(schema.items)}`}`
  if (schema.type === 'object')
    return typeof schema.additionalProperties === 'object' ? 'mapping by name' : 'mapping'
  if (schema.type === 'integer' || schema.type === 'number') return rangeOf(schema)
  if (schema.pattern?.startsWith('^(env:')) return 'secret reference'
  return schema.type === 'string' ? 'text' : (schema.type ?? 'anything')
}

function alternativesOf(all: readonly Schema[]): string {
  if (all.some(({ pattern }) => pattern?.includes('(ms|s|min|h)')))
    return 'time: `500ms`, `2s`, `1min`; bare: seconds'
  if (all.some(({ type }) => type === 'boolean') && all.some(each => each.enum?.includes('on')))
    return ['`on`, `off`', ...all.filter(isNoSwitch).map(valuesOf)].join(', or ')
  // `false` is how YAML reads off.
  return [...new Set(all.filter(each => typeof each.const !== 'boolean').map(valuesOf))].join(', or ')
}

function isNoSwitch(schema: Schema): boolean {
  return schema.type !== 'boolean' && !schema.enum?.includes('on')
}

function rangeOf({ minimum, maximum }: Schema): string {
  const isBound = (value: number | undefined) =>
    value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER
  if (!isBound(minimum)) return 'number'
  return isBound(maximum) ? `${minimum} to ${maximum}` : `number from ${minimum}`
}
