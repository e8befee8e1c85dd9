import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { inventoryJsonSchema } from '../../src/inventory/json-schema.ts'
import { inventoryReference, type Schema } from './inventory-reference.ts'
import { anchorsOf, blocksOf, linksOf, readText } from './markdown.ts'

const documents = [
  ...readdirSync('.').filter(name => name.endsWith('.md')),
  ...readdirSync('docs')
    .filter(name => name.endsWith('.md'))
    .map(name => join('docs', name)),
]

describe.each(documents)('%s', document => {
  test('links to files and headings that are there', () => {
    const broken = linksOf(readText(document)).filter(
      link => !/^https?:/.test(link) && !leadsSomewhere(document, link),
    )
    expect(broken).toEqual([])
  })

  test('names keys that an inventory has', () => {
    const prose = readText(document).replaceAll(/^```[\s\S]*?^```/gm, '')
    const named = [...prose.matchAll(/`([a-z]+(?:\.[a-z0-9-]+)+)`/g)].map(([, key = '']) => key)
    const own = named.filter(
      key => topLevel.has(key.split('.')[0] ?? '') && !/\.(yml|md|json|service|conf|timer)$/.test(key),
    )
    expect(own.filter(key => !keys.has(key))).toEqual([])
  })
})

const reference = inventoryReference(inventoryJsonSchema() as Schema)
const keys = new Set([...reference.matchAll(/^\| `([^`]+)`/gm)].map(([, key]) => key))
const topLevel = new Set([...reference.matchAll(/^## (.*)$/gm)].map(([, key]) => key))

function leadsSomewhere(document: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? document : normalize(join(dirname(document), path))
  if (!existsSync(target)) return false
  return anchor === undefined || !target.endsWith('.md') || anchorsOf(readText(target)).has(anchor)
}

describe('YAML that is shown', () => {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true })
  const { required: _all, ...partial } = inventoryJsonSchema() as Schema
  const accepts = ajv.compile(partial)
  // The workflows of docs/ci.md are for others to read; ci.test.ts looks at them.
  const inventories = documents.filter(document => document !== 'docs/ci.md')
  const shown = inventories.flatMap(document =>
    blocksOf(readText(document))
      .filter(({ language }) => language === 'yaml')
      .map(({ lines }) => [document, lines[0] ?? '', lines.join('\n')] as const),
  )

  test.each(shown)('%s: %s is a part of an inventory', (_document, _first, text) => {
    expect(accepts(parse(text)), JSON.stringify(accepts.errors)).toBe(true)
  })
})
