import type { Volume } from '../core/cluster.ts'
import { type Fact, present, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { awkValue, mountsField } from '../core/spelling.ts'
import { unescapePath } from './export-options.ts'

/** What is mounted on a directory. */
export interface MountFact {
  /** The device as it was given to mount(8): `/dev/drbd0`. */
  readonly source: string
  readonly fsType: string
}

/**
 * What is mounted at exactly this path, the uppermost if there are several; absent when nothing is.
 * proc(5), mountinfo: field 5 is the mount point with blanks as `\040`, the file system's type and
 * source follow the lone `-`.
 */
export function mountOf(path: string): Probe<MountFact> {
  return {
    id: `mount:${path}`,
    script: `awk -v path=${quote(awkValue(mountsField(path)))} '
  $5 == path { for (i = 7; $i != "-"; i++); found = $(i + 1) " " $(i + 2) }
  END { if (found == "") exit ${exitAbsent}; print found }' /proc/self/mountinfo`,
    parse: ({ stdout }) => parseMount(stdout),
    deadlineMs: 60_000,
    maxBytes: 8192,
  }
}

/** Where a device is mounted, as /proc prints the paths; what makes a file system stages it elsewhere. */
export function mountsOf(device: string): Probe<readonly string[]> {
  return {
    id: `mounts-of:${device}`,
    script: `awk -v device=${quote(device)} '
  { for (i = 7; $i != "-"; i++); if ($(i + 2) == device && $5 !~ "^/run/nfsha/mkfs-") print $5 }' /proc/self/mountinfo`,
    parse: ({ stdout }) =>
      present(
        stdout
          .split('\n')
          .filter(line => line !== '')
          .map(unescapePath),
      ),
    deadlineMs: 60_000,
    maxBytes: 8192,
  }
}

/** What `mountOf` finds while a node has a volume mounted. */
export function mountedAs({ device, fsType }: Volume): Fact<MountFact> {
  return present({ source: device, fsType })
}

function parseMount(stdout: string): Fact<MountFact> {
  const [fsType, source] = stdout.trim().split(' ')
  if (!fsType || !source) return unknown('the mount is not understood')
  return present({ source, fsType })
}
