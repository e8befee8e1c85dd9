import type { Node, Volume } from '../core/cluster.ts'
import { type Refusal, refusal } from '../core/diff.ts'
import type { Disk, Signature } from '../facts/block.ts'

/** A disk of the inventory, as messages name it. */
export interface NamedDisk {
  readonly path: string
  readonly volume: Volume
  readonly node: Node
}

/** `RESOURCE@NODE`, as --allow-data-loss takes it. */
export function consentFor({ volume, node }: NamedDisk): string {
  return `${volume.name}@${node.name}`
}

/** `/dev/vdb on m1 (512.0 MiB)`. */
export function nameDisk({ path, node }: NamedDisk, disk?: Disk): string {
  return `${path} on ${node.name}${disk === undefined ? '' : ` (${formatBytes(disk.bytes)})`}`
}

/** `512.0 MiB`; binary units. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1)
  const value = bytes / 1024 ** power
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`
}

/** `ext4 (label "old", UUID 60da…, at byte 0x438)`. */
export function describeSignature({ type, offset, uuid, label }: Signature): string {
  const details = [
    ...(label === undefined ? [] : [`label "${label}"`]),
    ...(uuid === undefined ? [] : [`UUID ${uuid}`]),
    `at byte ${offset}`,
  ]
  return `${type} (${details.join(', ')})`
}

const partitionTables: ReadonlySet<string> = new Set(['gpt', 'dos', 'PMBR', 'mac', 'bsd', 'sun', 'sgi'])

/** Signatures that stand for something else than a file system (libblkid, superblocks). */
const notFileSystems: ReadonlySet<string> = new Set([
  'swap',
  'swsuspend',
  'crypto_LUKS',
  'bcache',
  'zfs_member',
])

function kindOf({
  type,
}: Signature): 'drbd' | 'partition-table' | 'lvm-pv' | 'raid-member' | 'other' | 'file-system' {
  if (type === 'drbd') return 'drbd'
  if (partitionTables.has(type)) return 'partition-table'
  if (type.startsWith('LVM')) return 'lvm-pv'
  if (type.endsWith('_raid_member')) return 'raid-member'
  return notFileSystems.has(type) ? 'other' : 'file-system'
}

/** Those that are file systems. */
export function fileSystemsIn(signatures: readonly Signature[]): readonly Signature[] {
  return signatures.filter(signature => kindOf(signature) === 'file-system')
}

/** Why nobody may write to this disk, whatever he consents to: it is in use, or read-only. */
export function refuseInUse(named: NamedDisk, disk: Disk): Refusal | undefined {
  const name = nameDisk(named, disk)
  const another = `or name another disk for ${named.volume.name} in the inventory`
  const holds = disk.signatures.map(describeSignature).join('; ')
  const holding = holds === '' ? '' : `; it holds ${holds}`
  if (disk.mountedAt.length > 0)
    return refusal(
      'mounted-disk',
      `${name} is mounted at ${disk.mountedAt.join(', ')}${holding}`,
      `unmount it on ${named.node.name} if its data is not needed (umount ${disk.mountedAt[0]}), ${another}`,
    )
  if (disk.attachedTo !== undefined)
    return refusal(
      'disk-in-use',
      `${name} is attached to DRBD minor ${disk.attachedTo.minor} of the resource ${disk.attachedTo.resource}`,
      `drbdadm down ${disk.attachedTo.resource} on ${named.node.name} if that one is not needed, ${another}`,
    )
  if (disk.heldBy.length > 0)
    return refusal(
      'disk-in-use',
      `${name} is in use by ${disk.heldBy.join(', ')}${holding}`,
      `release it on ${named.node.name} (vgchange -an, mdadm --stop, swapoff), ${another}`,
    )
  if (disk.readOnly)
    return refusal(
      'read-only-disk',
      `${name} is read-only`,
      `make it writable (blockdev --setrw), ${another}`,
    )
  return undefined
}

/**
 * What is on a disk that metadata of ours is not on; undefined when it is provably blank. Each is
 * refused unless its loss was consented to.
 */
export function refuseOccupied(named: NamedDisk, disk: Disk): Refusal | undefined {
  const name = nameDisk(named, disk)
  const list = (found: readonly Signature[]) => found.map(describeSignature).join('; ')
  const of = (kind: ReturnType<typeof kindOf>) => disk.signatures.filter(found => kindOf(found) === kind)
  const refuse = (id: string, what: string) =>
    refusal(
      id,
      `${name} ${what}`,
      `if that may be destroyed, say --allow-data-loss ${consentFor(named)} (the signatures are saved on ${named.node.name} first); else name another disk for ${named.volume.name} in the inventory`,
    )
  const fileSystems = of('file-system')
  const metadata = of('drbd')
  if (metadata.length > 0 && disk.signatures.length > metadata.length)
    return refuse(
      'hidden-file-system',
      `has DRBD metadata that was not made for ${named.volume.name}, and hidden behind it ${list(disk.signatures.filter(found => kindOf(found) !== 'drbd'))}`,
    )
  if (metadata.length > 0)
    return refuse(
      'foreign-metadata',
      `has DRBD metadata of which nothing says that it was made for ${named.volume.name}: ${list(metadata)}`,
    )
  const tables = of('partition-table')
  if (tables.length > 0 || disk.partitions.length > 0) {
    const parts = disk.partitions.length > 0 ? `, partitions ${disk.partitions.join(', ')}` : ''
    return refuse('partition-table', `has a partition table: ${list(disk.signatures)}${parts}`)
  }
  if (of('lvm-pv').length > 0) return refuse('lvm-pv', `is an LVM physical volume: ${list(disk.signatures)}`)
  if (fileSystems.length > 0) return refuse('file-system', `has a file system: ${list(disk.signatures)}`)
  if (disk.signatures.length > 0) return refuse('signature', `is not empty: ${list(disk.signatures)}`)
  if (!disk.blank)
    return refuse('not-blank', 'has data of an unknown kind: its first or last MiB is not all zeros')
  return undefined
}
