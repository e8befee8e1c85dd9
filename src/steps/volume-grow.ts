import type { ScriptAction } from '../core/action.ts'
import type { Volume } from '../core/cluster.ts'
import { type Change, type Diff, expects, inSync, refusal } from '../core/diff.ts'
import { factValue, present } from '../core/fact.ts'
import { quote } from '../core/quote.ts'
import { defineStepOver, type Given } from '../core/step.ts'
import { drbdOf } from '../facts/group.ts'
import { dataCapacity, type VolumeSize, volumeSize } from '../facts/volume-size.ts'
import { formatBytes } from './_disk-contents.ts'
import { respectHold } from './_hold.ts'
import { overVolumes } from './_storage.ts'

/** Less than this may be left by rounding: metadata, a last block or allocation group that is too small. */
const slack = 8 * 1024 * 1024

/**
 * A volume has grown with its disks. Once both backing disks are bigger, the active node has DRBD use what
 * the smaller one of them gives, and then the file system what DRBD gives, all while clients work. Nothing
 * ever shrinks.
 */
export default respectHold(
  defineStepOver({
    id: 'volume-grow',
    title: 'Grow the volume with its disks',
    joint: true,
    over: overVolumes,
    reads: ({ cluster, host, item }) => ({ size: volumeSize(host, item), status: drbdOf(cluster, item) }),
    diff(given, self, peer): Diff {
      const { item, host } = given
      if (self.facts.size.state === 'unknown')
        return refusal(
          'unknown-size',
          `how big ${item.name} is on ${host.name} could not be read: ${self.facts.size.reason}`,
          `look there with \`blockdev --getsize64\` at its disk and at ${item.device}`,
        )
      const [own, other] = [factValue(self.facts.size), factValue(peer.facts.size)]
      if (own === undefined || other === undefined) return inSync
      const possible = Math.min(dataCapacity(own.backing), dataCapacity(other.backing))
      const device = possible - own.device >= slack ? possible : own.device
      if (own.fileSystem === undefined) return inSync
      if (device === own.device && device - own.fileSystem < slack) return unused(own, other)
      const status = factValue(self.facts.status)
      const isWhole = status?.disk === 'UpToDate' && status.peerDisk === 'UpToDate'
      if (!isWhole)
        return { kind: 'in-sync', note: 'its disks have grown; it follows once both sides are UpToDate' }
      return grow(given, own, other, device)
    },
  }),
)

/** Space that only one of the disks has. */
function unused(own: VolumeSize, other: VolumeSize): Diff {
  const [least, most] = [own.backing, other.backing].toSorted((a, b) => a - b)
  if (dataCapacity(most ?? 0) - own.device < slack || least === undefined) return inSync
  return { kind: 'in-sync', note: `one disk has ${formatBytes((most ?? 0) - least)} more than the other` }
}

function grow(given: Given<Volume>, own: VolumeSize, other: VolumeSize, device: number): Change {
  const { item, host, peer } = given
  return {
    kind: 'change',
    summary: `grow ${item.name} from ${formatBytes(own.fileSystem ?? own.device)} to ${formatBytes(device)}`,
    symbol: '~',
    risk: 'safe',
    promise: `clients notice nothing${device > own.device ? '; what is new is then copied to the other node' : ''}`,
    actions: [growOnline(item, device)],
    expect: {
      self: [expects(volumeSize(host, item), present({ ...own, device, fileSystem: device }))],
      peer: [expects(volumeSize(peer, item), present({ ...other, device }))],
    },
  }
}

/** resize2fs(8) and xfs_growfs(8) take all that the device has; both work on a mounted file system. */
function growOnline({ name, minor, device, mountPoint, fsType }: Volume, bytes: number): ScriptAction {
  const word = quote(name)
  return {
    kind: 'script',
    title: `grow ${name} and its ${fsType} file system`,
    script: `set -eu
size() { read -r sectors </sys/block/drbd${minor}/size; }
size
[ "$sectors" -ge ${bytes / 512} ] || drbdadm resize ${word}
tries=60
until size; [ "$sectors" -ge ${bytes / 512} ]; do
  tries=$((tries - 1))
  [ $tries -gt 0 ] || { echo "${name} has $sectors sectors only"; exit 1; }
  sleep 1
done
${fsType === 'xfs' ? `xfs_growfs ${quote(mountPoint)}` : `resize2fs ${device}`}`,
    timeoutMs: 600_000,
    guard: {
      expects: `${name} is Primary, mounted, and UpToDate on both sides`,
      script: `now="$(drbdadm role ${word}) $(drbdadm dstate ${word})"
case $now in
Primary*' UpToDate/UpToDate') ;;
*) echo "it is $now"; exit 1 ;;
esac
mountpoint -q ${quote(mountPoint)} || { echo 'it is not mounted'; exit 1; }`,
    },
  }
}
