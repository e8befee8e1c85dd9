import { stateVolume } from '../../core/cluster.ts'
import { groupMark } from '../../core/group-command.ts'
import { quote } from '../../core/quote.ts'
import type { Fault, Scene } from '../fault.ts'
import { undoLater } from './later.ts'

const groupScript = ({ cluster }: Scene) => `${cluster.platform.paths.haDir}/resource.d/nfsha`
const thaw = (mount: string) => `fsfreeze -u ${mount} 2>/dev/null || :`
const unstep = ({ directory }: Scene) =>
  `[ ! -e ${directory}/stepped ] || { rm ${directory}/stepped; date -s "@$(($(date +%s) - ${stepSeconds}))"; }`
const stepSeconds = 3600

/** Faults of NFS, of the file system, of the disk below, and of the clock. */
export const storageFaults: readonly Fault[] = [
  {
    name: 'nfsd-kill',
    summary: "the active node's NFS server loses its threads",
    outcome: 'may-move',
    where: 'anywhere',
    healed: 'after-deadtime',
    inject: async scene => {
      await scene.run(scene.active, 'rpc.nfsd 0')
    },
    // The group's script mends what is missing of a group that it holds. The monitor may have done so.
    heal: async scene => {
      const script = `${quote(groupScript(scene))} ${quote(scene.cluster.name)}`
      await scene.run(
        scene.active,
        `[ ! -e ${groupMark} ] || [ "$(cat /proc/fs/nfsd/threads)" -gt 0 ] || { rm -f ${groupMark}; ${script} start; }`,
      )
    },
  },
  {
    name: 'nfsd-hang',
    summary: "the active node's file system is frozen (fsfreeze): whatever writes hangs, nfsd too",
    outcome: 'may-move',
    where: 'anywhere',
    healed: 'after-deadtime',
    inject: async scene => {
      const mount = quote(stateVolume(scene.cluster).mountPoint)
      await scene.run(scene.active, `fsfreeze -f ${mount} && ${undoLater(scene, thaw(mount))}`)
    },
    heal: async scene => {
      await scene.tryRun(scene.active, thaw(quote(stateVolume(scene.cluster).mountPoint)))
    },
  },
  {
    name: 'disk-fail',
    summary: "the active node's backing disk answers every request with an I/O error",
    outcome: 'stays',
    where: 'anywhere',
    healed: 'after-deadtime',
    inject: async scene => {
      await scene.run(scene.active, failDisk(scene))
    },
    heal: async scene => {
      await scene.run(scene.active, mendDisk(scene))
    },
  },
  {
    name: 'clock-step',
    summary: "the active node's clock is set an hour ahead, and back",
    outcome: 'stays',
    where: 'anywhere',
    healed: 'after-deadtime',
    inject: async scene => {
      await scene.run(
        scene.active,
        `date -s "@$(($(date +%s) + ${stepSeconds}))" && : >${scene.directory}/stepped && ${undoLater(scene, unstep(scene))}`,
      )
    },
    heal: async scene => {
      await scene.run(scene.active, unstep(scene))
    },
  },
]

/** The disk below the state volume, as device-mapper calls it; anything else cannot be made to fail from here. */
function dmName(scene: Scene): string {
  const disk = quote(scene.active.disks[stateVolume(scene.cluster).name] ?? '')
  return `name=$(dmsetup info -c --noheadings -o name "$(readlink -f ${disk})") || { echo ${disk} 'is no device-mapper device (an LV), or dmsetup is not installed'; exit 1; }`
}

/** Swaps in a table of errors; --noflush, since what is on its way is to fail too. */
function failDisk(scene: Scene): string {
  return `set -e
${dmName(scene)}
export name
dmsetup table "$name" >${scene.directory}/table
printf '0 %s error\\n' "$(blockdev --getsz "/dev/mapper/$name")" >${scene.directory}/errors
dmsetup load "$name" ${scene.directory}/errors
dmsetup suspend --noflush --nolockfs "$name"
dmsetup resume "$name"
${undoLater(scene, swapBack(scene))}`
}

function swapBack({ directory }: Scene): string {
  return `dmsetup load "$name" ${directory}/table && dmsetup suspend --noflush --nolockfs "$name"; dmsetup resume "$name"`
}

/** DRBD detached a disk that failed (on-io-error detach); it takes what it missed from the peer. */
function mendDisk(scene: Scene): string {
  const resource = quote(stateVolume(scene.cluster).name)
  return `[ -e ${scene.directory}/table ] || exit 0
${dmName(scene)}
${swapBack(scene)}
rm -f ${scene.directory}/table
case $(drbdadm dstate ${resource}) in Diskless/*) drbdadm attach ${resource} ;; esac`
}
