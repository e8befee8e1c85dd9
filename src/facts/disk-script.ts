import { exitAbsent } from '../core/probe.ts'
import { quote } from '../core/quote.ts'

/**
 * Shell words that set `disk` (as given), `number` (major:minor), `sys` (its sysfs directory) and
 * `identity`: what tells this disk from any other in the same place, the first that it has of a
 * device-mapper or md UUID, a WWN, a serial number, and failing all those the bus address. A partition
 * adds its number and first sector. Ends the script where there is no such device.
 */
export function identifyDisk(path: string): string {
  return `disk=${quote(path)}
[ -e "$disk" ] || exit ${exitAbsent}
[ -b "$disk" ] || { echo "$disk is not a block device"; exit 1; }
number=$(stat -L -c '%t %T' -- "$disk")
number=$((0x\${number% *})):$((0x\${number#* }))
sys=$(readlink -f "/sys/dev/block/$number")
[ -d "$sys" ] || { echo "$disk is not known to the kernel"; exit 1; }
whole=$sys
[ ! -e "$sys/partition" ] || whole=\${sys%/*}
identity=
for key in dm/uuid dm/name md/uuid wwid device/wwid serial device/serial loop/backing_file; do
  value=$(tr -s ' \\t\\n' '   ' 2>/dev/null <"$whole/$key") || continue
  value=\${value# }; value=\${value% }
  [ -n "$value" ] || continue
  identity="$key=$value"; break
done
: "\${identity:=sysfs=$whole}"
[ "$whole" = "$sys" ] || identity="$identity partition=$(cat "$sys/partition") start=$(cat "$sys/start")"`
}

/**
 * The evidence about a disk, one `key<TAB>value` a line; the same disk in the same state gives the
 * same bytes, so that a guard can compare digests. Nothing is written.
 *
 * Where DRBD holds the disk its data bypass the page cache of the backing device: BLKFLSBUF makes the
 * next buffered read look at the disk itself (blockdev(8) --flushbufs). First and last MiB are read
 * with O_DIRECT, which proves at once that the disk can be read.
 */
export function diskScript(path: string): string {
  return `${identifyDisk(path)}
say() { printf '%s\\t%s\\n' "$1" "$2"; }
bytes=$(blockdev --getsize64 "$disk" 2>&1) || { echo "$bytes"; exit 1; }
mib=1048576
[ "$bytes" -ge $((2 * mib)) ] || { echo "$disk has $bytes bytes, which is less than 2 MiB"; exit 1; }
say device "$(readlink -f -- "$disk")"
say bytes "$bytes"
say identity "$identity"
say read-only "$(blockdev --getro "$disk")"
numbers=" $number "
for child in "$sys"/*/partition; do
  [ -e "$child" ] || continue
  child=\${child%/partition}
  say partition "\${child##*/}"
  numbers="$numbers$(cat "$child/dev") "
done
for holder in "$sys"/holders/*; do
  [ ! -e "$holder" ] || say holder "\${holder##*/}"
done
${swapLines}
cat /proc/[0-9]*/mountinfo 2>/dev/null | awk -v numbers="$numbers" '
  index(numbers, " " $3 " ") && !seen[$5]++ { print "mount\\t" $5 }' | sort
${attachedLines}
blank=1
for from in 0 $((bytes - mib)); do
  error=$(dd if="$disk" of=/dev/null bs=$mib count=1 iflag=direct,skip_bytes skip="$from" 2>&1) || {
    printf '%s\\n' "$error" | head -n 1; exit 1; }
  data=$(dd if="$disk" bs=$mib count=1 iflag=direct,skip_bytes skip="$from" 2>/dev/null | tr -d '\\000' | head -c 1 | wc -c)
  [ "$data" -eq 0 ] || blank=0
done
say blank $blank
signatures=$(wipefs -n -J "$disk" 2>&1) || { echo "$signatures"; exit 1; }
say signatures "$(printf '%s' "$signatures" | tr -d '\\n')"`
}

/** Swap on the disk or on one of its partitions: /proc/swaps names device files, the first field. */
const swapLines = `while read -r area rest; do
  [ -b "$area" ] || continue
  pair=$(stat -L -c '%t %T' -- "$area")
  case $numbers in *" $((0x\${pair% *})):$((0x\${pair#* })) "*) say swap "$area" ;; esac
done </proc/swaps`

/**
 * The DRBD minor that has this disk attached. The 8.4 module registers no holder in sysfs; only
 * drbdsetup(8) knows. Its \`show\` has \`resource NAME {\`, \`device minor N;\`, \`disk "PATH";\`; the
 * lines with secrets are never read.
 */
const attachedLines = `if [ -e /proc/drbd ]; then
  shown=$(drbdsetup show 2>&1) || { echo "drbdsetup show failed: $(printf '%s' "$shown" | tail -n 1)"; exit 1; }
  attached=$(printf '%s\\n' "$shown" | awk '
    $1 == "resource" { resource = $2; gsub(/"/, "", resource) }
    $1 == "device" { minor = $NF; sub(/;$/, "", minor) }
    $1 == "disk" && $2 ~ /^"/ { path = $0; sub(/^[^"]*"/, "", path); sub(/".*/, "", path); print minor, resource, path }' |
    while read -r minor resource backing; do
      [ "$(readlink -f -- "$backing")" = "$(readlink -f -- "$disk")" ] || continue
      printf '%s %s\\n' "$minor" "$resource"
    done)
  if [ -n "$attached" ]; then
    say drbd "$attached"
    blockdev --flushbufs "$disk" 2>/dev/null || :
  fi
fi`
