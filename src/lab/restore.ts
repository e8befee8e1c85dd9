import { NfshaError } from '../core/error.ts'
import { allReachable } from './boot.ts'
import { setClocks } from './clock.ts'
import type { LabState } from './instance.ts'
import type { LiveLab } from './machines.ts'
import type { Say } from './say.ts'
import { loadSnapshot } from './snapshots.ts'
import { secondsSince } from './watch.ts'

/** Takes all machines back to a snapshot, on whatever they are, and sets their clocks. Errors: `refused` when there is no such snapshot. */
export async function restore(lab: LiveLab, name: string, say: Say): Promise<LabState> {
  assertSnapshot(name, lab.state.snapshots)
  const started = performance.now()
  const state = await loadSnapshot(lab, name)
  await allReachable(lab.paths, state)
  await setClocks(lab.paths, state.spec)
  say(`restored ${name} after ${secondsSince(started)} s`)
  return state
}

export function assertSnapshot(
  name: string,
  names: readonly string[],
  ofOtherMachines: readonly string[] = [],
): void {
  if (names.includes(name)) return
  if (ofOtherMachines.includes(name))
    throw new NfshaError(
      'refused',
      `the lab's snapshot ${name} is of other machines: the inventory or the image has changed since`,
      'begin with `nfsha lab up --from blank`, which forgets it, and take it anew',
    )
  const known = names.length === 0 ? 'there is none yet' : `there are ${names.join(', ')}`
  throw new NfshaError(
    'refused',
    `the lab has no snapshot ${name}`,
    `${known}; \`nfsha lab snapshot NAME\` takes one`,
  )
}
