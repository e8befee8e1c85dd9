import { nfshaExits } from './nfsha.ts'
import { inventory } from './variant.ts'

/** Brings the lab to a snapshot, from whatever it is in: down, crashed, or another state. */
export async function labAt(snapshot: 'blank' | 'packages' | 'deployed'): Promise<void> {
  await nfshaExits(0, 'lab', 'up', '--from', snapshot, '--inventory', inventory)
}

/** Keeps the state of all guests under a name. */
export async function keepAs(snapshot: 'packages' | 'deployed'): Promise<void> {
  await nfshaExits(0, 'lab', 'snapshot', snapshot, '--inventory', inventory)
}
