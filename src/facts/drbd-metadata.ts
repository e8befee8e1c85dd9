import type { Cluster, Node, Volume } from '../core/cluster.ts'
import { type Fact, present, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { identifyDisk, openDisk } from './disk-script.ts'
import { linesOf } from './looks.ts'

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

/**
 * Shell words that print the device UUID of the DRBD metadata on an open `disk`, as libblkid reads it
 * (drbd.c); drbdmeta(8) does not read metadata that are attached.
 */
export const readDeviceUuid = `wipefs -n --noheadings -O TYPE,UUID "$disk" | awk '$1 == "drbd" { print $2 }'`

/**
 * Reads a volume's DRBD metadata on its backing disk. Absent: there is no such disk, or it was read
 * and has none. Unknown: unreadable, or drbdmeta, which comes with a package, is not there yet.
 */
export function drbdMetadata(cluster: Cluster, node: Node, volume: Volume): Probe<DrbdMetadata> {
  const path = node.disks[volume.name] ?? ''
  return {
    id: `drbd-metadata:${volume.name}:${path}`,
    script: `${openDisk(path)}
list=$(wipefs -n --noheadings -O TYPE,UUID "$disk" 2>&1) || { printf '%s\\n' "$list"; exit 1; }
case $list in *drbd*) ;; *) exit ${exitAbsent} ;; esac
${identifyDisk}
if [ -e "$sys/holders/drbd${volume.minor}" ]; then
  gi=$(${readAttached(cluster, node, volume)} 2>&1)
elif command -v drbdmeta >/dev/null; then
  gi=$(${readDetached(cluster, node, volume)} 2>&1)
else
  echo "it has DRBD metadata, and drbdmeta (drbd-utils) is not installed to read it"; exit 1
fi || { printf '%s\\n' "$gi" | grep . | head -n 1; exit 1; }
printf 'generations %s\\n' "$gi"
printf 'signature %s\\n' "$list"
printf 'identity %s\\n' "$identity"
record=${quote(metadataRecordPath(volume.name))}
[ ! -e "$record" ] || ${linesOf('"$record"', 'recorded-')}`,
    parse: ({ stdout }) => parseMetadata(stdout),
    deadlineMs: 60_000,
    maxBytes: 8192,
  }
}

/** Metadata that are attached change in the kernel first; DRBD 9 keeps them per peer. */
function readAttached({ platform, nodes }: Cluster, node: Node, { name, minor }: Volume): string {
  if (platform.drbdDialect === '8.4') return `drbdsetup get-gi ${minor}`
  return `drbdsetup get-gi ${quote(name)} ${nodes.findIndex(one => one.name !== node.name)} 0`
}

function readDetached({ platform, nodes }: Cluster, node: Node, { minor }: Volume): string {
  if (platform.drbdDialect === '8.4') return `drbdmeta ${minor} v08 "$disk" internal get-gi`
  const peerId = nodes.findIndex(one => one.name !== node.name)
  return `drbdmeta ${minor} v09 "$disk" internal --node-id ${peerId} get-gi`
}

function parseMetadata(stdout: string): Fact<DrbdMetadata> {
  const lines = stdout.split('\n').map(line => {
    const space = line.indexOf(' ')
    return [line.slice(0, space), line.slice(space + 1).trim()] as const
  })
  const value = (key: string) => lines.find(([name]) => name === key)?.[1]
  const generations = parseGenerations(value('generations') ?? '')
  if (generations === undefined) return unknown("the answer of DRBD's tools is not understood")
  const justCreated = generations.current === justCreatedUuid
  // libblkid prints the number without leading zeros.
  const uuid = /\bdrbd +([0-9a-f]{1,16})$/m.exec(stdout)?.[1] ?? ''
  return present({ lineage: lineageOf(), justCreated, generations })

  function lineageOf(): DrbdMetadata['lineage'] {
    const recorded = value('recorded-device-uuid')
    const sameDisk = value('recorded-identity') === value('identity')
    if (recorded === undefined) return justCreated && sameDisk ? 'unfinished' : 'none'
    // Metadata made by drbdmeta itself have no device UUID: then the disk must be the one that was noted.
    return recorded === uuid && (uuid !== '' || sameDisk) ? 'recorded' : 'none'
  }
}

/** Reads `get-gi` of drbdmeta or drbdsetup: current, bitmap, two history UUIDs, then flags, with colons between. */
export function parseGenerations(text: string): Generations | undefined {
  const line = text.split('\n').findLast(candidate => /^[0-9A-F]{16}(:[0-9A-F]{16}){3}:/i.test(candidate))
  if (line === undefined) return undefined
  const [current = '', bitmap = '', ...history] = line.split(':').slice(0, 4).map(withoutPrimaryBit)
  return { current, bitmap, history }
}

function withoutPrimaryBit(uuid: string): string {
  return (BigInt(`0x${uuid}`) & ~1n).toString(16).toUpperCase().padStart(16, '0')
}
