import type { ScriptAction } from '../core/action.ts'
import type { Cluster, Node, Volume } from '../core/cluster.ts'
import { type Diff, expects, inSync, refusal } from '../core/diff.ts'
import { absent } from '../core/fact.ts'
import { quote } from '../core/quote.ts'
import { defineStepOver, type Given } from '../core/step.ts'
import { openDisk } from '../facts/disk-script.ts'
import { type DrbdMetadata, drbdMetadata } from '../facts/drbd-metadata.ts'
import { volumeContents } from '../facts/filesystem.ts'
import { compareGenerations } from '../facts/generations.ts'
import { drbdOf } from '../facts/group.ts'
import { isLeftVolume } from '../facts/left-volume.ts'
import { refuseUnknown } from './_remains.ts'
import { backingDisk, overVolumes } from './_storage.ts'

/**
 * The disks have no DRBD metadata any more, when that was asked for. The file system in front of them
 * stays, and can be mounted without DRBD. Only where both sides hold the same data: the metadata are all
 * that tells which side is right.
 */
export default defineStepOver({
  id: 'drbd-wipe-md',
  title: 'Wipe the DRBD metadata',
  joint: true,
  over: overVolumes,
  reads: ({ cluster, host, item }) => ({
    metadata: drbdMetadata(cluster, host, item),
    contents: volumeContents(backingDisk(host, item)),
    status: drbdOf(cluster, item),
  }),
  diff(given, self, peer): Diff {
    const { cluster, host, item, params } = given
    if (!params.wipeMetadata || self.facts.metadata.state === 'absent') return inSync
    const path = backingDisk(host, item)
    const flaw = refuseUnknown(given, { [`the DRBD metadata on ${path}`]: self.facts.metadata })
    if (flaw !== undefined) return flaw
    if (self.facts.metadata.state !== 'present') return inSync
    const metadata = self.facts.metadata.value
    if (metadata.lineage === 'none' && !isLeftVolume(item, self.facts, peer.facts))
      return refusal(
        'not-our-metadata',
        `${path} on ${host.name} has DRBD metadata of which nothing says that they are ${item.name}'s`,
        'leave --wipe-metadata away; `drbdadm wipe-md`, by hand, wipes what you know',
      )
    const doubt = doubtOf(given, metadata, peer.facts.metadata)
    if (doubt !== undefined)
      return refusal(
        'sides-not-same',
        `whether both sides of ${item.name} hold the same data is not sure: ${doubt}`,
        'leave --wipe-metadata away, or deploy again and wait until both sides are UpToDate; the metadata are all that tells which side is right',
      )
    return {
      kind: 'change',
      symbol: '!',
      summary: `wipe the DRBD metadata on ${path}; the ${item.fsType} file system stays, and can be mounted without DRBD`,
      risk: 'destructive',
      actions: [wipe(cluster, host, item)],
      expect: { self: [expects(drbdMetadata(cluster, host, item), absent())] },
      display: [
        {
          kind: 'lines',
          lines: [
            `to read the data afterwards: mount -t ${item.fsType} -o ro ${path} /mnt`,
            `a later deploy refuses this disk unless --allow-data-loss ${item.name}@${host.name} gives it up`,
          ],
        },
      ],
    }
  },
})

/** Why both sides may differ; undefined when they are the same, or the other side was wiped already. */
function doubtOf(
  { peer }: Given<Volume>,
  metadata: DrbdMetadata,
  other: { readonly state: string; readonly value?: DrbdMetadata; readonly reason?: string },
): string | undefined {
  if (other.state === 'absent') return undefined
  if (other.value === undefined) return `${peer.name} does not say (${other.reason ?? 'no answer'})`
  const relation = compareGenerations(metadata.generations, other.value.generations)
  if (relation === 'same' || relation === 'virgin') return undefined
  return `by their generations they are ${relation}`
}

/** drbdmeta itself refuses metadata that are attached; a file of the resource is not needed. */
function wipe({ platform, nodes }: Cluster, node: Node, volume: Volume): ScriptAction {
  const peerId = nodes.findIndex(({ name }) => name !== node.name)
  const dialect = platform.drbdDialect === '9' ? 'v09' : 'v08'
  const nodeId = platform.drbdDialect === '9' ? ` --node-id ${peerId}` : ''
  const path = backingDisk(node, volume)
  return {
    kind: 'script',
    title: `wipe the DRBD metadata of ${volume.name} on ${path}`,
    script: `set -eu
${openDisk(path)}
drbdmeta --force ${volume.minor} ${dialect} "$disk" internal${nodeId} wipe-md </dev/null
sync "$disk"`,
    timeoutMs: 120_000,
    guard: {
      expects: `${volume.name} to be down`,
      script: `! grep -qsE '^ *${volume.minor}: cs:([^U]|Unconn)' /proc/drbd || { echo ${quote(`${volume.name} is up`)}; exit 1; }`,
    },
  }
}
