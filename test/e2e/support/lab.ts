import { nfshaExits } from './nfsha.ts'
import { inventory } from './variant.ts'

/** What a snapshot is made of, when an earlier file has not made it: a deploy of lab.yml, or a part of one. */
const makings = {
  blank: undefined,
  packages: ['--only', 'packages'],
  deployed: [],
} as const

type Snapshot = keyof typeof makings

/** Brings the lab to a snapshot, from whatever it is in: down, crashed, or another state. */
export async function labAt(snapshot: Snapshot): Promise<void> {
  const making = makings[snapshot]
  if (making !== undefined && !(await snapshots()).includes(snapshot)) {
    await labAt('blank')
    await nfshaExits(0, 'deploy', inventory, '--yes', ...making)
    await keepAs(snapshot)
    return
  }
  await nfshaExits(0, 'lab', 'up', '--from', snapshot, '--inventory', inventory)
}

/** Keeps the state of all guests under a name. */
export async function keepAs(snapshot: Snapshot): Promise<void> {
  await nfshaExits(0, 'lab', 'snapshot', snapshot, '--inventory', inventory)
}

async function snapshots(): Promise<readonly string[]> {
  const status = await nfshaExits(0, 'lab', 'status', '--inventory', inventory, '--format', 'json')
  return (JSON.parse(status.stdout) as { readonly snapshots: readonly string[] }).snapshots
}
