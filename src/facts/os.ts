import { type Fact, present, unknown } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { look } from './looks.ts'

/** What runs on a host. */
export interface OsFact {
  /** As `uname -n` prints it. */
  readonly nodeName: string
  readonly kernel: string
  /** ID of os-release(5): `debian`. */
  readonly id: string
  /** VERSION_ID of os-release(5): `12`; empty on testing and sid. */
  readonly version: string
  /** Numeric user id that probes run as: 0, or become does not work. */
  readonly uid: number
}

/** The operating system and the name that heartbeat and DRBD know the host by. */
export const os: Probe<OsFact> = {
  id: 'os',
  ...look(
    [
      // What uname and id print, without a process each (proc(5)).
      'read -r name </proc/sys/kernel/hostname && read -r kernel </proc/sys/kernel/osrelease || return 1',
      'while read -r key _ uid _; do [ "$key" != Uid: ] || break; done </proc/self/status || return 1',
      '[ -r /etc/os-release ] || { echo "/etc/os-release cannot be read"; return 1; }',
      "ID='' VERSION_ID=''",
      '. /etc/os-release',
      `printf '%s\\n' "$name" "$kernel" "$uid" "$ID" "$VERSION_ID"`,
    ].join('\n'),
  ),
  parse: ({ stdout }) => parseOs(stdout),
  deadlineMs: 60_000,
  maxBytes: 4096,
}

function parseOs(stdout: string): Fact<OsFact> {
  const [nodeName = '', kernel = '', uid = '', id = '', version = ''] = stdout.split('\n')
  if (id === '' || !/^\d+$/.test(uid)) return unknown('the answer is incomplete')
  return present({ nodeName, kernel, id, version, uid: Number(uid) })
}
