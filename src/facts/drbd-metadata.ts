import type { Cluster, Node, Platform, Volume } from '../core/cluster.ts'
import { type Fact, present, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { identifyDisk, openDisk } from './disk-script.ts'

/** The current UUID of metadata that has never held data (drbd.h, UUID_JUST_CREATED). */
export const justCreatedUuid = '0000000000000004'

/**
 * The data generations of one side: 16 hexadecimal digits each, upper case, the lowest bit cleared,
 * since that one says only whether the node is Primary (drbd_int.h, UUID_PRIMARY).
 */
export interface Generations {
  readonly current: string
  readonly bitmap: string
  readonly history: readonly string[]
}

/** DRBD metadata on a backing disk. */
export interface DrbdMetadata {
  /**
   * `recorded`: its device UUID is the one that was noted when it was made for this resource.
   * `unfinished`: made for this resource on this disk by a run that was cut before it noted the UUID.
   * `none`: nothing on this node says so.
   */
  readonly lineage: 'recorded' | 'unfinished' | 'none'
  /** Has never held data. */
  readonly justCreated: boolean
  readonly generations: Generations
}

/**
 * Where a node notes that it made the metadata of a resource: `identity` of the disk before,
 * `device-uuid` after. drbdadm gives each metadata block a random device UUID, which DRBD keeps.
 */
export function metadataRecordPath(resource: string): string {
  return `/var/lib/nfsha/drbd/${resource}`
}

/** The words that drbdmeta(8) takes for a volume's internal metadata on a disk. */
export function drbdmetaWords(volume: Volume, diskWord: string, dialect: Platform['drbdDialect']): string {
  return `drbdmeta ${volume.minor} ${dialect === '9' ? 'v09' : 'v08'} ${diskWord} internal`
}

/**
 * Reads a volume's DRBD metadata on its backing disk. Absent: there is no such disk, or it was read
 * and has none. Unknown: unreadable, or drbdmeta, which comes with a package, is not there yet.
 */
export function drbdMetadata(cluster: Cluster, node: Node, volume: Volume): Probe<DrbdMetadata> {
  const path = node.disks[volume.name] ?? ''
  const { drbdDialect } = cluster.platform
  const meta = drbdmetaWords(volume, '"$disk"', drbdDialect)
  const peerId = cluster.nodes.findIndex(({ name }) => name !== node.name)
  const perPeer = drbdDialect === '9' ? ` --node-id ${peerId}` : ''
  return {
    id: `drbd-metadata:${volume.name}:${path}`,
    script: `${openDisk(path)}
types=$(wipefs -n --noheadings -O TYPE "$disk" 2>&1) || { printf '%s\\n' "$types"; exit 1; }
case $types in *drbd*) ;; *) exit ${exitAbsent} ;; esac
command -v drbdmeta >/dev/null || { echo "it has DRBD metadata, and drbdmeta (drbd-utils) is not installed to read it"; exit 1; }
uuid=$(${meta} read-dev-uuid 2>&1) || { printf '%s\\n' "$uuid" | tail -n 1; exit 1; }
gi=$(${meta}${perPeer} get-gi 2>&1) || { printf '%s\\n' "$gi" | tail -n 1; exit 1; }
printf 'device-uuid %s\\n' "$uuid"
printf 'generations %s\\n' "$gi"
record=${quote(metadataRecordPath(volume.name))}
[ -e "$record" ] || exit 0
${identifyDisk}
printf 'identity %s\\n' "$identity"
sed 's/^/recorded-/' "$record"`,
    parse: ({ stdout }) => parseMetadata(stdout),
    deadlineMs: 15_000,
    maxBytes: 8192,
  }
}

function parseMetadata(stdout: string): Fact<DrbdMetadata> {
  const lines = stdout.split('\n').map(line => {
    const space = line.indexOf(' ')
    return [line.slice(0, space), line.slice(space + 1).trim()] as const
  })
  const value = (key: string) => lines.find(([name]) => name === key)?.[1]
  const generations = parseGenerations(value('generations') ?? '')
  const uuid = value('device-uuid') ?? ''
  if (generations === undefined || !/^[0-9A-F]{16}$/i.test(uuid))
    return unknown("drbdmeta's answer is not understood")
  const justCreated = generations.current === justCreatedUuid
  return present({ lineage: lineageOf(), justCreated, generations })

  function lineageOf(): DrbdMetadata['lineage'] {
    const recorded = value('recorded-device-uuid')
    const sameDisk = value('recorded-identity') === value('identity')
    if (value('recorded-identity') === undefined) return 'none'
    if (recorded === undefined) return justCreated && sameDisk ? 'unfinished' : 'none'
    // Metadata made by drbdmeta itself have no device UUID: then the disk must be the one that was noted.
    const isNamed = !/^0*$/.test(uuid)
    return recorded === uuid && (isNamed || sameDisk) ? 'recorded' : 'none'
  }
}

/** Reads `drbdmeta … get-gi`: current, bitmap, two history UUIDs, then flags, with colons between. */
export function parseGenerations(text: string): Generations | undefined {
  const line = text.split('\n').findLast(candidate => /^[0-9A-F]{16}(:[0-9A-F]{16}){3}:/i.test(candidate))
  if (line === undefined) return undefined
  const [current = '', bitmap = '', ...history] = line.split(':').slice(0, 4).map(withoutPrimaryBit)
  return { current, bitmap, history }
}

function withoutPrimaryBit(uuid: string): string {
  return (BigInt(`0x${uuid}`) & ~1n).toString(16).toUpperCase().padStart(16, '0')
}
