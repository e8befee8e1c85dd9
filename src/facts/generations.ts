import { type Generations, justCreatedUuid } from './drbd-metadata.ts'

/** How two sides' data are related, as DRBD would find on connecting. */
export type Relation =
  /** Both never held data. */
  | 'virgin'
  | 'same'
  /** One side's data descend from the other's; DRBD syncs in that direction by itself. */
  | 'self-newer'
  | 'peer-newer'
  /** Both changed after they were one: a split-brain. */
  | 'diverged'
  | 'unrelated'

const none = '0000000000000000'

/**
 * Compares two sides' generations as drbd 8.4 does (drbd_receiver.c, drbd_uuid_compare; its rules'
 * numbers beside), but for the two that only undo a lost last packet.
 */
export function compareGenerations(self: Generations, peer: Generations): Relation {
  const fresh = ({ current }: Generations) => current === none || current === justCreatedUuid
  if (fresh(self) && fresh(peer)) return 'virgin' // 10
  if (fresh(self)) return 'peer-newer' // 20
  if (fresh(peer)) return 'self-newer' // 30
  if (self.current === peer.current) return 'same' // 40
  if (self.current === peer.bitmap || peer.history.includes(self.current)) return 'peer-newer' // 50, 60
  if (self.bitmap === peer.current || self.history.includes(peer.current)) return 'self-newer' // 70, 80
  if (self.bitmap !== none && self.bitmap === peer.bitmap) return 'diverged' // 90
  const ancestors = ({ bitmap, history }: Generations) =>
    [bitmap, ...history].filter(uuid => uuid !== none && uuid !== justCreatedUuid)
  return ancestors(self).some(uuid => ancestors(peer).includes(uuid)) ? 'diverged' : 'unrelated' // 100
}
