import type { Volume } from '../core/cluster.ts'
import type { Fact } from '../core/fact.ts'
import { type Disk, disk } from '../facts/block.ts'
import { type DrbdMetadata, drbdMetadata } from '../facts/drbd-metadata.ts'
import { type Content, volumeContents } from '../facts/filesystem.ts'
import { isLeftVolume, type VolumeSide } from '../facts/left-volume.ts'
import { defineCheck, type Finding, fail, notKnown, ok, type Subject, warn } from './check.ts'

/** The backing disks: there, free of anything but this cluster's own, and as large as the peer's. */
export const disks = defineCheck({
  id: 'disk',
  reads: ({ cluster, node }: Subject) => ({
    ...Object.fromEntries(cluster.volumes.map(volume => [volume.name, disk(node.disks[volume.name] ?? '')])),
    ...Object.fromEntries(
      cluster.volumes.map(volume => [`metadata of ${volume.name}`, drbdMetadata(cluster, node, volume)]),
    ),
    ...Object.fromEntries(
      cluster.volumes.map(volume => [
        `contents of ${volume.name}`,
        volumeContents(node.disks[volume.name] ?? ''),
      ]),
    ),
  }),
  look({ cluster, node, peer }, facts, peerFacts) {
    return cluster.volumes.flatMap(volume => {
      const found = facts[volume.name] as Fact<Disk>
      const other = peerFacts[volume.name] as Fact<Disk>
      const [own, others] = [sideOf(volume, facts), sideOf(volume, peerFacts)]
      const path = node.disks[volume.name] ?? ''
      const finding = lookAt(`${path} for volume ${volume.name}`, volume, found, own, others)
      if (found.state !== 'present' || other.state !== 'present' || found.value.bytes <= other.value.bytes)
        return [finding]
      return [
        finding,
        warn(
          `${path} is larger than ${peer.name}'s ${peer.disks[volume.name]}: ${found.value.bytes} bytes against ${other.value.bytes}`,
          'DRBD uses only what both have; make them the same size to waste nothing',
        ),
      ]
    })
  },
})

function sideOf({ name }: Volume, facts: Readonly<Record<string, Fact<unknown>>>): VolumeSide {
  return {
    metadata: facts[`metadata of ${name}`] as Fact<DrbdMetadata>,
    contents: facts[`contents of ${name}`] as Fact<readonly Content[]>,
  }
}

const another = 'or name another disk in the inventory'

function lookAt(
  name: string,
  volume: Volume,
  found: Fact<Disk>,
  own: VolumeSide,
  others: VolumeSide,
): Finding {
  const { metadata } = own
  if (found.state === 'unknown') return notKnown(name, found, `look at dmesg and lsblk, ${another}`)
  if (found.state === 'absent')
    return fail(`${name} does not exist`, `attach it or create it (lvcreate, parted), ${another}`)
  const { bytes, signatures, mountedAt, heldBy, partitions, attachedTo, readOnly, blank } = found.value
  const holds = signatures.map(({ type, uuid }) => (uuid ? `${type} ${uuid}` : type)).join(', ')
  const mebibytes = `${Math.floor(bytes / 2 ** 20)} MiB`
  if (attachedTo?.minor === volume.minor && attachedTo.resource === volume.name)
    return ok(`${name} (${mebibytes}) is attached to DRBD as ours`)
  if (attachedTo !== undefined)
    return fail(
      `${name} belongs to the DRBD resource ${attachedTo.resource}`,
      `drbdadm down ${attachedTo.resource} if it is not needed, ${another}`,
    )
  if (mountedAt.length > 0)
    return fail(
      `${name} is mounted at ${mountedAt.join(', ')}`,
      `unmount it if its data is not needed, ${another}`,
    )
  if (heldBy.length > 0) return fail(`${name} is in use by ${heldBy.join(', ')}`, `release it, ${another}`)
  if (readOnly) return fail(`${name} is read-only`, `make it writable (blockdev --setrw), ${another}`)
  if (metadata.state === 'unknown' && signatures.some(({ type }) => type === 'drbd'))
    return notKnown(
      `the DRBD metadata on ${name}`,
      metadata,
      'deploy looks again once drbd-utils is installed',
    )
  if (metadata.state === 'present' && metadata.value.lineage !== 'none')
    return ok(`${name} (${mebibytes}) has our own DRBD metadata`)
  if (isLeftVolume(volume, own, others))
    return ok(`${name} (${mebibytes}) holds the volume that an earlier deploy made; deploy takes it up again`)
  if (metadata.state === 'present')
    return warn(
      `${name} has DRBD metadata that was not recorded here as ours`,
      'deploy compares it with the peer and refuses it unless both are related',
    )
  if (partitions.length > 0 || signatures.length > 0 || !blank)
    return fail(
      `${name} (${mebibytes}) is not blank: ${[holds, partitions.join(', ')].filter(text => text !== '').join('; ') || 'data of an unknown kind'}`,
      `if that may be destroyed, deploy with --allow-data-loss ${volume.name}@NODE, ${another}`,
    )
  return ok(`${name} (${mebibytes}) is blank`)
}
