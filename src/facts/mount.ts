import type { Volume } from '../core/cluster.ts'
import { type Fact, present, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { mountsField } from '../core/spelling.ts'
import { unescapePath } from './export-options.ts'
import { look } from './looks.ts'

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
    ...look(`found=
while read -r _ _ _ _ point rest; do
  [ "$point" != ${quote(mountsField(path))} ] || found=\${rest#* - }
done </proc/self/mountinfo
[ -n "$found" ] || return ${exitAbsent}
printf '%s\\n' "$found"`),
    parse: ({ stdout }) => parseMount(stdout),
    deadlineMs: 60_000,
    maxBytes: 8192,
  }
}

/** Where a device is mounted, as /proc prints the paths; what makes a file system stages it elsewhere. */
export function mountsOf(device: string): Probe<readonly string[]> {
  return {
    id: `mounts-of:${device}`,
    ...look(`while read -r _ _ _ _ point rest; do
  rest=\${rest#* - } rest=\${rest#* }
  case $point in /run/nfsha/mkfs-*) continue ;; esac
  [ "\${rest%% *}" != ${quote(device)} ] || printf '%s\\n' "$point"
done </proc/self/mountinfo`),
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
