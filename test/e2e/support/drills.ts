import { beforeEach, describe, expect, test } from 'vitest'
import type { DrillResult } from '../../../src/core/drill.ts'
import { keepEvidence } from './evidence.ts'
import { labAt } from './lab.ts'
import { nfsha } from './nfsha.ts'
import { inventory } from './variant.ts'

/** One drill on the lab as it is, and how it ended. */
export async function drill(
  fault: string,
  file = inventory,
): Promise<DrillResult & { readonly exitCode: number }> {
  const done = await nfsha('drill', file, '--fault', fault, '--format', 'json')
  if (done.stdout === '') throw new Error(`no result: ${done.stderr}`)
  const [result] = (JSON.parse(done.stdout) as { readonly drills: readonly DrillResult[] }).drills
  if (result === undefined) throw new Error(`no result: ${done.stderr}`)
  return { ...result, exitCode: done.code }
}

/** Single faults, of which nothing is lost whatever fences (decisions.md, Write loss). */
export function describeHarmless(
  faults: readonly string[],
  lab: () => Promise<void> = () => labAt('deployed'),
  file = inventory,
): void {
  describe.each(faults)('%s', fault => {
    beforeEach(async () => {
      keepEvidence()
      await lab()
    })

    test('loses nothing, and no two nodes are active', async () => {
      const { exitCode, reasons, writes, bothActive } = await drill(fault, file)
      expect({ exitCode, reasons, bothActive }).toEqual({ exitCode: 0, reasons: [], bothActive: [] })
      expect(writes).toMatchObject({ lost: 0, corrupt: 0 })
    })
  })
}
