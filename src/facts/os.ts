import { type Fact, present, unknown } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'

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
  script: [
    // What uname prints, without a process each (proc(5)).
    'read -r name </proc/sys/kernel/hostname && read -r kernel </proc/sys/kernel/osrelease || exit 1',
    'uid=$(id -u) || exit 1',
    '. /etc/os-release || { echo "/etc/os-release cannot be read"; exit 1; }',
    `printf '%s\\n' "$name" "$kernel" "$uid" "\${ID:-}" "\${VERSION_ID:-}"`,
  ].join('\n'),
  parse: ({ stdout }) => parseOs(stdout),
  deadlineMs: 60_000,
  maxBytes: 4096,
}

function parseOs(stdout: string): Fact<OsFact> {
  const [nodeName = '', kernel = '', uid = '', id = '', version = ''] = stdout.split('\n')
  if (id === '' || !/^\d+$/.test(uid)) return unknown('the answer is incomplete')
  return present({ nodeName, kernel, id, version, uid: Number(uid) })
}
