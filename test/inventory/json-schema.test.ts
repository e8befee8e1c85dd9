import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { inventoryJsonSchema } from '../../src/inventory/json-schema.ts'
import { base, basePlus, baseWith } from './base.ts'

const root = new URL('../../', import.meta.url)
const published: unknown = JSON.parse(readFileSync(new URL('schema/nfsha.schema.json', root), 'utf8'))
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true })
const accepts = ajv.compile(inventoryJsonSchema())

it('is published as it is: if not, run `nfsha schema > schema/nfsha.schema.json`', () => {
  expect(published).toEqual(inventoryJsonSchema())
})

describe('it accepts', async () => {
  const folder = fileURLToPath(new URL('inventories/', root))
  const files = (await readdir(folder)).filter(name => name.endsWith('.yml'))

  it.each(files)('inventories/%s', async name => {
    expect(accepts(parse(await readFile(`${folder}/${name}`, 'utf8'))), JSON.stringify(accepts.errors)).toBe(
      true,
    )
  })

  it('the shortest inventory', () => {
    expect(accepts(parse(base))).toBe(true)
  })
})

it.each([
  ['an unknown key', basePlus('volume: {}')],
  ['a wrong type', baseWith('ping: [192.168.0.254]', 'keepalive: [1]')],
  ['an unknown file system', baseWith('mount: /srv/nfsha', 'mount: /srv/nfsha, fs: ext3')],
  ['a secret in the open', basePlus('ssh: { password: hunter2 }')],
  ['no export', base.replace(/exports:\n( {2}.*\n)+/, 'exports: []\n')],
])('it refuses %s', (_, text) => {
  expect(accepts(parse(text))).toBe(false)
})

describe('every setting', () => {
  /** Paths of properties without a description, and of defaults whose description gives no reason. */
  function gaps(node: unknown, path: string): readonly string[] {
    if (typeof node !== 'object' || node === null) return []
    const {
      properties = {},
      anyOf = [],
      items,
      additionalProperties,
    } = node as {
      properties?: Record<string, { description?: string; default?: unknown }>
      anyOf?: unknown[]
      items?: unknown
      additionalProperties?: unknown
    }
    const own = Object.entries(properties).flatMap(([key, value]) => {
      const here = `${path}.${key}`
      const text = value.description
      const complaint = text === undefined ? [`${here}: no description`] : []
      const isPlain = !['object', 'undefined'].includes(typeof value.default)
      const silent =
        isPlain && !/\b(Default|default)\b/.test(text ?? '') ? [`${here}: no reason for its default`] : []
      return [...complaint, ...silent, ...gaps(value, here)]
    })
    return [...own, ...[...anyOf, items, additionalProperties].flatMap(each => gaps(each, path))]
  }

  it('says what it means, and each default why', () => {
    expect(gaps(inventoryJsonSchema(), 'inventory')).toEqual([])
  })
})
