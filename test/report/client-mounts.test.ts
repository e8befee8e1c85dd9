import { expect, test } from 'vitest'
import { clientMountsLine } from '../../src/report/client-mounts.ts'
import { exampleCluster, loadExample } from '../fixtures/cluster.ts'

test('says which declared mounts a plan of the pair does not make, and what does', async () => {
  const { cluster } = await loadExample('lab')
  expect(clientMountsLine(cluster)).toBe(
    'Not in this plan: /mnt/nfsha on c1; `nfsha clients status` looks, `nfsha clients deploy` mounts',
  )
  expect(clientMountsLine(exampleCluster({ clients: [] }))).toBeUndefined()
})
