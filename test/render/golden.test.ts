import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadExample } from '../fixtures/cluster.ts'
import { treeOf } from './tree.ts'

const inventories = readdirSync(fileURLToPath(new URL('../../inventories', import.meta.url)))
  .filter(file => file.endsWith('.yml'))
  .map(file => file.replace(/\.yml$/, ''))

describe.each(inventories)('the tree of inventories/%s.yml', async name => {
  const { cluster } = await loadExample(name)

  it.each(cluster.nodes.map(node => [node.name, node] as const))('is as recorded on %s', async (_, node) => {
    for (const [path, text] of treeOf(cluster, node))
      await expect(text).toMatchFileSnapshot(`../golden/${name}/${node.name}/${path}`)
  })
})
