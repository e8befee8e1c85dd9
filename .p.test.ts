import { writeFileSync } from 'node:fs'
import { it } from 'vitest'
import { statusProbes } from './src/status/probes.ts'
import { readFileSync } from 'node:fs'
it('x', async () => {
  const { loadInventory } = await import('./src/inventory/load.ts') as any
  console.log(Object.keys(await import('./src/inventory/load.ts')))
})
