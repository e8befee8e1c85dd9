import type { Node, Volume } from '../core/cluster.ts'
import { type Fact, present, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { openDisk } from './disk-script.ts'

/** How big a volume is, layer by layer. Bytes. */
export interface VolumeSize {
  readonly backing: number
  readonly device: number
  /** Known only where it is mounted. */
  readonly fileSystem?: number
}

/**
 * Sizes of a volume's backing disk, DRBD device and file system on a node; absent while DRBD has no such
 * device. dumpe2fs(8) and xfs_growfs(8) -n only read.
 */
export function volumeSize(
  node: Node,
  { name, minor, device, mountPoint, fsType }: Volume,
): Probe<VolumeSize> {
  const disk = node.disks[name] ?? ''
  const fileSystem =
    fsType === 'xfs'
      ? `xfs_growfs -n ${quote(mountPoint)} | sed -nE 's/^data .*bsize=([0-9]+) +blocks=([0-9]+),.*/file-system \\1 \\2/p'`
      : `dumpe2fs -h ${device} 2>/dev/null | awk -F: '
    $1 == "Block count" { count = $2 + 0 } $1 == "Block size" { size = $2 + 0 } END { print "file-system", size, count }'`
  return {
    id: `volume-size:${name}:${minor}:${disk}`,
    script: `[ -r /sys/block/drbd${minor}/size ] || exit ${exitAbsent}
read -r sectors </sys/block/drbd${minor}/size
[ "$sectors" -gt 0 ] || exit ${exitAbsent}
${openDisk(disk)}
backing=$(blockdev --getsz "$disk" 2>&1) || { echo "$backing"; exit 1; }
echo "device 512 $sectors"
echo "backing 512 $backing"
mountpoint -q ${quote(mountPoint)} || exit 0
${fileSystem}`,
    parse: ({ stdout }) => parseSizes(stdout),
    deadlineMs: 60_000,
    maxBytes: 8192,
  }
}

function parseSizes(stdout: string): Fact<VolumeSize> {
  const bytesOf = (layer: string) => {
    const [, unit, count] = new RegExp(`^${layer} (\\d+) (\\d+)$`, 'm').exec(stdout) ?? []
    return unit === undefined ? undefined : Number(unit) * Number(count)
  }
  const [backing, device, fileSystem] = [bytesOf('backing'), bytesOf('device'), bytesOf('file-system')]
  if (backing === undefined || device === undefined) return unknown('the sizes are not understood')
  return present({ backing, device, ...(fileSystem !== undefined && { fileSystem }) })
}

/**
 * What a backing disk of so many bytes leaves for data beside internal metadata: 4 KiB, the activity log
 * of 32 KiB, and a sector of bitmap for 16 MiB, in steps of 4 KiB (drbd 8.4, drbd_md_set_sector_offsets;
 * DRBD 9 for one peer needs as much).
 */
export function dataCapacity(backing: number): number {
  const sectors = Math.floor(backing / 4096) * 8
  const bitmap = Math.ceil(Math.ceil(sectors / 32_768) / 8) * 8
  return (sectors - bitmap - 8 - 64) * 512
}
