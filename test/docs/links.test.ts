import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inventoryJsonSchema } from '../../src/inventory/json-schema.ts'
import { inventoryReference, type Schema } from './inventory-reference.ts'
import { anchorsOf, linksOf, readText } from './markdown.ts'

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
