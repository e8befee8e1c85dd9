import type { Volume } from '../core/cluster.ts'
import { type Fact, present, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'

/** How much room a mounted volume has, and whether its file system says that it is damaged. Bytes. */
export interface VolumeHealth {
  readonly size: number
  /** What others than root may still take. */
  readonly available: number
  /** 0 where the file system makes inodes as it needs them and says none. */
  readonly inodes: number
  readonly inodesFree: number
  /** Errors that ext4 has counted in its superblock since e2fsck last ran; xfs counts none, it shuts down. */
  readonly errors?: number
  /** It is mounted, and takes no writes: as after an error with errors=remount-ro. */
  readonly isReadOnly: boolean
}

/** Room and health of a volume where it is mounted: statfs(2), /proc/mounts, /sys/fs/ext4. */
export function volumeHealth({ name, device, mountPoint }: Volume): Probe<VolumeHealth> {
  return {
    id: `volume-health:${name}`,
    script: `options=
while read -r device _ _ found _; do
  [ "$device" != ${device} ] || { options=$found; break; }
done </proc/mounts
[ -n "$options" ] || exit ${exitAbsent}
echo "options $options"
room=$(stat -f -c '%S %b %a %c %d' ${quote(mountPoint)} 2>&1) || { echo "$room"; exit 1; }
echo "room $room"
read -r errors </sys/fs/ext4/${device.replace('/dev/', '')}/errors_count && echo "errors $errors"
exit 0`,
    parse: ({ stdout }) => parseHealth(stdout),
    deadlineMs: 60_000,
    maxBytes: 4096,
  }
}

function parseHealth(stdout: string): Fact<VolumeHealth> {
  const lines = new Map(stdout.split('\n').map(line => [line.split(' ')[0], line.split(' ').slice(1)]))
  const [block, blocks, available, inodes, inodesFree] = (lines.get('room') ?? []).map(Number)
  if (block === undefined || blocks === undefined || available === undefined)
    return unknown('the room of the file system is not understood')
  const errors = Number(lines.get('errors')?.[0] ?? Number.NaN)
  return present({
    size: block * blocks,
    available: block * available,
    inodes: inodes ?? 0,
    inodesFree: inodesFree ?? 0,
    ...(Number.isInteger(errors) && { errors }),
    isReadOnly: (lines.get('options')?.[0] ?? '').split(',').includes('ro'),
  })
}

/** How much of the room, and of the inodes, is taken: 0 to 1, the greater of both. */
export function fullness({ size, available, inodes, inodesFree }: VolumeHealth): number {
  const room = size > 0 ? 1 - available / size : 0
  return Math.max(room, inodes > 0 ? 1 - inodesFree / inodes : 0)
}
