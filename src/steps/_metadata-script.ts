import type { Guard, ScriptAction } from '../core/action.ts'
import type { Cluster, Node, Volume } from '../core/cluster.ts'
import { quote } from '../core/quote.ts'
import { type Disk, evidenceScript } from '../facts/block.ts'
import { identifyDisk, openDisk } from '../facts/disk-script.ts'
import { metadataRecordPath, readDeviceUuid } from '../facts/drbd-metadata.ts'
import { formatBytes, type NamedDisk } from './_disk-contents.ts'
import { backingDisk } from './_storage.ts'

/** Holds while every piece of evidence about the disk is as it was planned on. */
export function unchangedDisk({ path }: NamedDisk, disk: Disk): Guard {
  const contents = disk.signatures.length === 0 && disk.blank ? 'blank' : 'with the same contents'
  return {
    expects: `${path} is still ${disk.identity}, ${formatBytes(disk.bytes)}, not in use, ${contents}`,
    script: `${evidenceScript(path)}
[ "$digest" = ${disk.evidence} ] || {
  echo "it is another disk, in use, or holds something else: $(wipefs -n --noheadings -O TYPE,UUID ${quote(path)} 2>&1 | tr -s ' \\n' ' ')"
  exit 1
}`,
  }
}

/** Shell words that note the identity of \`$disk\`, and once it is known the metadata's device UUID. */
function noteScript(volume: Volume, lines: string): string {
  const path = metadataRecordPath(volume.name)
  return `record=${quote(path)}
install -d -m 0700 ${quote(path.slice(0, path.lastIndexOf('/')))}
{ ${lines}; } >"$record.new"
sync "$record.new"
mv -f "$record.new" "$record"`
}

const noteIdentity = `printf 'identity %s\\n' "$identity"`
const noteBoth = `${noteIdentity}; printf 'device-uuid %s\\n' "$uuid"`

/** Notes that the metadata on a disk is this resource's. */
export function recordMetadata(node: Node, volume: Volume): ScriptAction {
  return {
    kind: 'script',
    title: `note the DRBD metadata of ${volume.name}`,
    script: `set -eu
${openDisk(backingDisk(node, volume))}
${identifyDisk}
uuid=$(${readDeviceUuid})
${noteScript(volume, noteBoth)}`,
    timeoutMs: 60_000,
  }
}

/**
 * Makes the metadata: notes the disk, makes it without force and without a terminal, so that
 * drbdmeta itself refuses on anything it finds, then notes the device UUID. `erase`: saves first and
 * last MiB and all signatures, then removes them, with wipefs once in any case, which opens the disk
 * for itself alone and so fails on one in use; drbdmeta looks at the first 68 KiB (drbdmeta.c,
 * check_for_existing_data), which must therefore be zeroed too.
 */
export function createMetadata(
  cluster: Cluster,
  node: Node,
  volume: Volume,
  { erase }: { readonly erase: boolean },
): ScriptAction {
  const { drbdDialect } = cluster.platform
  const maxPeers = drbdDialect === '9' ? ' --max-peers=1' : ''
  return {
    kind: 'script',
    title: `create DRBD metadata for ${volume.name}`,
    script: `set -eu
${openDisk(backingDisk(node, volume))}
${identifyDisk}
${erase ? eraseScript(volume) : ''}${noteScript(volume, noteIdentity)}
drbdadm create-md${maxPeers} ${quote(volume.name)} </dev/null
uuid=$(${readDeviceUuid})
${noteScript(volume, noteBoth)}`,
    timeoutMs: 300_000,
  }
}

function eraseScript(volume: Volume): string {
  return `saved=/var/lib/nfsha/signatures/${volume.name}-$(date -u +%Y%m%dT%H%M%SZ)
install -d -m 0700 "$saved"
bytes=$(blockdev --getsize64 "$disk")
dd if="$disk" of="$saved/first-mib" bs=1M count=1 status=none
dd if="$disk" of="$saved/last-mib" bs=1M count=1 iflag=skip_bytes skip=$((bytes - 1048576)) status=none
sync "$saved/first-mib" "$saved/last-mib"
erase() { HOME=$saved wipefs --all --backup "$disk"; }
erase
while [ -n "$(wipefs -n -O TYPE --noheadings "$disk")" ]; do erase; done
dd if=/dev/zero of="$disk" bs=1M count=1 conv=fsync status=none
echo "what was there is saved in $saved"
`
}
