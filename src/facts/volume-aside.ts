import type { Node, Volume } from '../core/cluster.ts'
import { quote } from '../core/quote.ts'

/** Where a side is read; on a tmpfs, and only what runs in the same mount namespace sees it there. */
const point = '/run/nfsha/aside'

/**
 * How a file system is read without a write: no journal is replayed (ext4(5), noload; xfs(5),
 * norecovery), no error makes the kernel panic, and a copy of it mounted elsewhere does not matter.
 */
export const asideOptions: Readonly<Record<Volume['fsType'], string>> = {
  ext4: 'ro,noload,errors=continue',
  xfs: 'ro,norecovery,nouuid',
}

/**
 * Shell words that run `body`, itself shell words, in the root of a volume's file system as it is on
 * this node's backing disk, which DRBD opens to nobody while it is Secondary. Read-only, by a loop
 * device that reads around the page cache; mounted in a mount namespace of its own, so that nothing of
 * it is left however that process ends. Its exit code is that of `body`.
 */
export function aside(node: Node, volume: Volume, body: string): string {
  const disk = quote(node.disks[volume.name] ?? '')
  const inner = `mkdir -p ${point} || exit 1
loop=$(losetup --read-only --direct-io=on --find --show ${disk} 2>&1) || { echo "$loop"; exit 1; }
mounted=yes
why=$(mount -t ${volume.fsType} -o ${asideOptions[volume.fsType]} "$loop" ${point} 2>&1) || mounted=no
# In use, it goes with its last user.
losetup --detach "$loop"
[ "$mounted" = yes ] || { echo "$why"; exit 1; }
cd ${point} || exit 1
${body}`
  return `unshare --mount sh -c ${quote(inner)}`
}

/**
 * The same for a person at the node: a shell in which the file system is at /mnt, as long as that shell
 * runs. mount(8) makes no loop device of a block device by itself, and DRBD has the disk.
 */
export function asideShell(node: Node, volume: Volume): string {
  const disk = quote(node.disks[volume.name] ?? '')
  const options = asideOptions[volume.fsType]
  return `unshare --mount sh -c ${quote(`loop=$(losetup -r --direct-io=on -f --show ${disk}) && mount -t ${volume.fsType} -o ${options} $loop /mnt; losetup -d $loop; cd /mnt && exec sh`)}`
}
