import type { Guard, ScriptAction } from '../core/action.ts'
import type { Cluster, Volume } from '../core/cluster.ts'
import { quote, quoteArgv } from '../core/quote.ts'
import { labelOf, type WantedDirectory } from '../facts/filesystem.ts'
import { isMember } from '../facts/group-member.ts'

/** Where a node notes that it is about to make a file system; gone when that is done. */
export function mkfsIntentPath(volume: Volume): string {
  return `/var/lib/nfsha/intent/mkfs-${volume.name}`
}

/** Making a file system replicates its tables over the link; a big one takes its time. */
const timeoutMs = 30 * 60_000

/** Shell words that give a volume up: unmount, demote. udev may hold the device for a moment. */
function releaseScript({ name }: Volume): string {
  return `release() {
  ! mountpoint -q "$stage" || umount "$stage"
  udevadm settle --timeout=10 2>/dev/null || :
  tries=10
  until drbdadm secondary ${quote(name)}; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || return 1
    sleep 1
  done
}`
}

/** Gives up a volume that a cut run left promoted. */
export function releaseVolume(cluster: Cluster, volume: Volume): ScriptAction {
  return {
    kind: 'script',
    title: `give up ${volume.name}`,
    script: `set -eu\nstage=${quote(stageOf(volume))}\n${releaseScript(volume)}\nrelease`,
    timeoutMs: 60_000,
    guard: idleGuard(cluster, volume),
  }
}

/**
 * Promote, make the file system, its directories, label it, demote: one deed, since the states
 * between are nobody's. The label comes last, so an unlabelled file system beside an intent is a
 * half-made one, and only then (`resumes`) may its signature be removed. mkfs is never forced.
 */
export function makeFileSystem(
  cluster: Cluster,
  volume: Volume,
  directories: readonly WantedDirectory[],
  { resumes }: { readonly resumes: boolean },
): ScriptAction {
  const device = quote(volume.device)
  return {
    kind: 'script',
    title: `make the ${volume.fsType} file system of ${volume.name}`,
    script: `set -eu
stage=${quote(stageOf(volume))}
intent=${quote(mkfsIntentPath(volume))}
${releaseScript(volume)}
install -d -m 0700 "$stage" "\${intent%/*}"
printf '%s\\n' ${device} >"$intent"
sync "$intent"
leave() { code=$?; [ $code -eq 0 ] || release || :; exit $code; }
trap leave EXIT
drbdadm primary ${quote(volume.name)}
! mountpoint -q "$stage" || umount "$stage"
found=$(wipefs -n --noheadings -O TYPE,LABEL ${device} | tr -s ' ' | sed 's/^ //; s/ $//')
${resumes ? resumeCheck(volume) : ''}[ -z "$found" ] || { echo "${volume.device} holds $found"; exit 1; }
${quoteArgv([`mkfs.${volume.fsType}`, '-q', ...volume.mkfsOptions, volume.device])} </dev/null
mount -t ${volume.fsType} ${device} "$stage"
${directories.map(directory => makeStaged(volume, directory)).join('\n')}
umount "$stage"
${volume.fsType === 'xfs' ? 'xfs_admin -L' : 'e2label'} ${labelWords(volume)} >/dev/null
sync
rm -f "$intent"
release
rmdir "$stage"`,
    timeoutMs,
    guard: idleGuard(cluster, volume),
  }
}

/** Not the mount point: nothing that watches that one must see a volume that is not ready. */
function stageOf(volume: Volume): string {
  return `/run/nfsha/mkfs-${volume.name}`
}

function resumeCheck({ fsType, device }: Volume): string {
  return `if [ "$found" = ${fsType} ]; then wipefs -q --all ${quote(device)}; found=; fi\n`
}

function labelWords(volume: Volume): string {
  const [device, label] = [quote(volume.device), quote(labelOf(volume))]
  return volume.fsType === 'xfs' ? `${label} ${device}` : `${device} ${label}`
}

/** Parents that nobody asked for get the usual 0755. */
function makeStaged({ mountPoint }: Volume, { path, owner, group, mode }: WantedDirectory): string {
  const below = quote(path.slice(mountPoint.length))
  return `install -d -o ${quote(owner)} -g ${quote(group)} -m ${mode} "$stage"${below === "''" ? '' : below}`
}

/** Nobody uses the volume, here or there, and its data here are good or can be had from the peer. */
function idleGuard({ platform }: Cluster, volume: Volume): Guard {
  const { name, device } = volume
  const word = quote(name)
  return {
    expects: `${name} is connected, up to date, used by nobody, and not in the group of a running heartbeat`,
    script: `if pidof heartbeat >/dev/null && ${isMember(platform.paths, volume)}; then echo 'heartbeat runs'; exit 1; fi
role=$(drbdadm role ${word})
case $role in */Primary) echo "it is $role"; exit 1 ;; esac
used=$(awk -v device=${quote(device)} '
  { for (i = 7; $i != "-"; i++); if ($(i + 2) == device && $5 !~ "^/run/nfsha/mkfs-") print $5 }' /proc/self/mountinfo)
[ -z "$used" ] || { echo "it is mounted at $used"; exit 1; }
now="$(drbdadm cstate ${word}) $(drbdadm dstate ${word})"
case $now in
  StandAlone*|WFConnection*|Diskless*) echo "it is $now"; exit 1 ;;
  *UpToDate*) ;;
  *) echo "it is $now"; exit 1 ;;
esac`,
  }
}
