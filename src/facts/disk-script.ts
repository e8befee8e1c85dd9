import { exitAbsent } from '../core/probe.ts'
import { quote } from '../core/quote.ts'

/*
 * Shell that examines disks. A process costs tens of milliseconds on an emulated node, so what the
 * shell can read by itself it does.
 */

/** Shell words that set `disk` to a path; they end the script where it is no block device. */
export function openDisk(path: string): string {
  return `disk=${quote(path)}
[ -e "$disk" ] || exit ${exitAbsent}
[ -b "$disk" ] || { echo "$disk is not a block device"; exit 1; }`
}

/**
 * Shell words that set, for an open `disk`, `number` (major:minor), `sys` (its sysfs directory) and
 * `identity`: what tells this disk from any other in the same place, the first that it has of a
 * device-mapper or md UUID, a WWN, a serial number, and failing all those the bus address. A partition
 * adds its number and first sector.
 */
export const identifyDisk = `number=$(stat -L -c '%t %T' -- "$disk")
number=$((0x\${number% *})):$((0x\${number#* }))
sys='' from=$PWD
if cd -P "/sys/dev/block/$number" 2>/dev/null; then
  sys=$PWD
  cd "$from" || exit
fi
[ -d "$sys" ] || { echo "$disk is not known to the kernel"; exit 1; }
whole=$sys
[ ! -e "$sys/partition" ] || whole=\${sys%/*}
identity=
for key in dm/uuid dm/name md/uuid wwid device/wwid serial device/serial loop/backing_file; do
  [ -r "$whole/$key" ] || continue
  value=
  read -r value <"$whole/$key" || :
  [ -n "$value" ] || continue
  identity="$key=$value"; break
done
: "\${identity:=sysfs=$whole}"
if [ "$whole" != "$sys" ]; then
  read -r part <"$sys/partition"
  read -r start <"$sys/start"
  identity="$identity partition=$part start=$start"
fi`

/**
 * The evidence about a disk, one `key<TAB>value` a line, the list of wipefs last; the same disk in
 * the same state gives the same bytes. Nothing is written.
 *
 * Where DRBD holds the disk its data bypass the page cache of the backing device: BLKFLSBUF makes the
 * reads look at the disk itself (blockdev(8) --flushbufs). cmp(1) tells by its exit code whether the
 * first and last MiB are zeros (0), are not (1), or cannot be read (2).
 */
export function diskScript(path: string): string {
  return `${openDisk(path)}
${identifyDisk}
say() { printf '%s\\t%s\\n' "$1" "$2"; }
mib=1048576
read -r sectors <"$sys/size"
bytes=$((sectors * 512))
[ "$bytes" -ge $((2 * mib)) ] || { echo "$disk has $bytes bytes, which is less than 2 MiB"; exit 1; }
read -r readonly <"$sys/ro"
say device "/dev/\${sys##*/}"
say bytes "$bytes"
say identity "$identity"
say read-only "$readonly"
numbers=$number
for child in "$sys"/*/partition; do
  [ -e "$child" ] || continue
  child=\${child%/partition}
  say partition "\${child##*/}"
  read -r part <"$child/dev"
  numbers="$numbers|$part"
done
for holder in "$sys"/holders/* "$sys"/*/holders/*; do
  [ -e "$holder" ] || continue
  holder=\${holder##*/}
  case $holder in
    drbd*)
      minor=\${holder#drbd}
      ${ownerOf('"$minor"')}
      say drbd "$minor $owner"
      ;;
    *) say holder "$holder" ;;
  esac
done
${swapLines}
mounts=$(grep -hsE "^[0-9]+ [0-9]+ ($numbers) " /proc/[0-9]*/mountinfo)
[ -z "$mounts" ] || printf '%s\\n' "$mounts" | awk '!seen[$5]++ { print "mount\\t" $5 }' | sort
error=$(blockdev --flushbufs "$disk" 2>&1) || { echo "$error"; exit 1; }
blank=1
for from in 0 $((bytes - mib)); do
  code=0
  error=$(cmp -s -n $mib -i "$from:0" "$disk" /dev/zero 2>&1) || code=$?
  case $code in
    0) ;;
    1) blank=0 ;;
    *) echo "\${error:-$disk cannot be read}"; exit 1 ;;
  esac
done
say blank $blank
signatures=$(wipefs -n -J "$disk" 2>&1) || { echo "$signatures"; exit 1; }
say signatures "$signatures"`
}

/** Swap on the disk or on one of its partitions: /proc/swaps names device files, the first field. */
const swapLines = `while read -r area rest; do
  [ -b "$area" ] || continue
  pair=$(stat -L -c '%t %T' -- "$area")
  case "|$numbers|" in *"|$((0x\${pair% *})):$((0x\${pair#* }))|"*) say swap "$area" ;; esac
done </proc/swaps`

/**
 * Shell words that set `owner` to the name of the resource of a minor; empty where it is of none. drbdsetup(8)'s
 * `show` has `resource NAME {` and `device minor N;`, on lines of their own.
 */
export function ownerOf(minor: string): string {
  return `owner='' resource=''
IFS='
'
set -f
for line in $(drbdsetup show 2>/dev/null); do
  unset IFS
  # shellcheck disable=SC2086 # its words
  set -- $line
  case "\${1-} \${2-} \${3-}" in
    resource*) resource=\${2#\\"} resource=\${resource%\\"} ;;
    "device minor "${minor}';') owner=$resource; break ;;
  esac
done
unset IFS
set +f`
}
