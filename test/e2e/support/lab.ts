import { isOfThisBuild, noteMade } from './made.ts'
import { nfsha, nfshaExits } from './nfsha.ts'
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
  const isThere = making === undefined || (await isKept(snapshot, inventory))
  if (isThere && (await isUpFrom(snapshot))) return
  if (making === undefined) throw new Error(`the lab does not come up from ${snapshot}`)
  await labAt('blank')
  await nfshaExits(0, 'deploy', inventory, '--yes', ...making)
  await keepAs(snapshot)
}

/** False for a snapshot of other machines: one that was made before the image of the guests changed. */
async function isUpFrom(snapshot: string, file = inventory): Promise<boolean> {
  const { code, stderr } = await nfsha('lab', 'up', '--from', snapshot, '--inventory', file)
  if (code !== 0 && !stderr.includes('is of other machines')) throw new Error(stderr)
  return code === 0
}

/** Brings the lab to what `deployed` is once another inventory was deployed over it: made once, then a snapshot. */
export async function labWith(name: string, file: string): Promise<void> {
  if (await takeUp(name, file)) return
  await labAt('deployed')
  await nfshaExits(0, 'lab', 'up', '--inventory', file)
  await nfshaExits(0, 'deploy', file, '--yes')
  await nfshaExits(0, 'plan', file, '--detailed-exitcode')
  await keepAs(name, file)
}

/** Brings the lab to a snapshot of another inventory; false when this build has made none yet. */
export async function takeUp(name: string, file: string): Promise<boolean> {
  return (await isKept(name, file)) && isUpFrom(name, file)
}

/** Keeps the state of all guests, as this build made it of an inventory, under a name. */
export async function keepAs(snapshot: string, file = inventory): Promise<void> {
  await nfshaExits(0, 'lab', 'snapshot', snapshot, '--inventory', inventory)
  noteMade(snapshot, file)
}

async function isKept(snapshot: string, file: string): Promise<boolean> {
  if (!isOfThisBuild(snapshot, file)) return false
  const status = await nfshaExits(0, 'lab', 'status', '--inventory', inventory, '--format', 'json')
  return (JSON.parse(status.stdout) as { readonly snapshots: readonly string[] }).snapshots.includes(snapshot)
}
