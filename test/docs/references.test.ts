import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { tries } from '../../src/core/grace.ts'
import { explanations } from '../../src/inventory/explain.ts'
import { inventoryJsonSchema } from '../../src/inventory/json-schema.ts'
import { loadPlaybook } from '../../src/playbook/load.ts'
import { findingsReference } from './findings-reference.ts'
import { inventoryReference, type Schema } from './inventory-reference.ts'
import { playbookReference } from './playbook-reference.ts'
import { stallPicture } from './stall-picture.ts'

const schema = inventoryJsonSchema() as Schema
const playbooks = await Promise.all(
  // Deploy first: it is what a reader looks for.
  readdirSync('playbooks')
    .map(file => file.replace(/\.yml$/, ''))
    .toSorted((a, b) => Number(b === 'deploy') - Number(a === 'deploy') || (a < b ? -1 : 1))
    .map(loadPlaybook),
)

test.each([
  ['inventory.md', () => inventoryReference(schema)],
  ['playbooks.md', () => playbookReference(playbooks, explanations)],
  ['findings.md', () => findingsReference(explanations)],
  ['stall.svg', stallPicture],
])('docs/%s is as the code says: if not, run `npm run docs` and read the difference', async (name, text) => {
  await expect(`${text()}\n`).toMatchFileSnapshot(`../../docs/${name}`)
})

test('every key of the inventory says what it is', () => {
  const silent = inventoryReference(schema)
    .split('\n')
    .filter(line => /^\| `.*\| *\|$/.test(line))
  expect(silent).toEqual([])
})

test('a client tries again when the text says so', () => {
  const table =
    /^\| seconds since the first \|(.*)\|$/m.exec(readFileSync('docs/stall.md', 'utf8'))?.[1] ?? ''
  expect(table.replaceAll('*', '').split('|').map(Number)).toEqual(tries(90))
})
