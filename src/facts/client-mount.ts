import { type Fact, present, unknown } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'

/** What a client has at a path; never asked of the mount itself, which may hang. */
export interface ClientMountFact {
  /** `nfs`: an NFS mount is uppermost; `automount`: systemd waits for somebody to look; `other`: another file system. */
  readonly state: 'nfs' | 'automount' | 'other' | 'directory' | 'missing' | 'not a directory'
  /** Of an NFS mount: `192.168.0.219:/srv/nfsha/data`. */
  readonly source?: string
}

/** What is at a path of a client, by mountinfo of proc(5); stat(1) only where nothing is mounted. */
export function clientMount(path: string): Probe<ClientMountFact> {
  const field = quote(path.replaceAll(' ', '\\\\040'))
  return {
    id: `client-mount:${path}`,
    script: [
      `found=$(awk -v path=${field} '$5 == path { for (i = 7; $i != "-"; i++); found = $(i + 1) " " $(i + 2) } END { print found }' /proc/self/mountinfo) || exit 1`,
      `[ -z "$found" ] || { echo "mounted $found"; exit 0; }`,
      `if [ -d ${quote(path)} ]; then echo directory`,
      `elif [ -e ${quote(path)} ] || [ -L ${quote(path)} ]; then echo taken`,
      'else echo missing; fi',
    ].join('\n'),
    parse: ({ stdout }) => parseMount(stdout.trim()),
    deadlineMs: 60_000,
    maxBytes: 8192,
  }
}

function parseMount(text: string): Fact<ClientMountFact> {
  const [word, type = '', source = ''] = text.split(' ')
  if (word === 'directory' || word === 'missing') return present({ state: word })
  if (word === 'taken') return present({ state: 'not a directory' })
  if (word !== 'mounted') return unknown('the mount is not understood')
  if (/^nfs4?$/.test(type)) return present({ state: 'nfs', source: source.replaceAll('\\040', ' ') })
  return present({ state: type === 'autofs' ? 'automount' : 'other' })
}

/** What the watchdog of the mounts found when it last looked. */
export interface MountwatchFact {
  readonly mounts: readonly {
    readonly path: string
    readonly state: 'ok' | 'remounted' | 'failed' | 'blocked'
    /** How long it has been so. */
    readonly seconds: number
    readonly reason?: string
  }[]
  /** How long ago it looked. */
  readonly lookedSecondsAgo: number
}

/** nfsha-mountwatch's state file. Absent: it has not looked since boot, or is not there. */
export const mountwatch: Probe<MountwatchFact> = Object.freeze<Probe<MountwatchFact>>({
  id: 'mountwatch',
  script: [
    'state=/run/nfsha-mountwatch/state',
    '[ -e "$state" ] || exit 3',
    'echo "ago $(($(date +%s) - $(stat -c %Y "$state")))"',
    'cat "$state"',
  ].join('\n'),
  parse: ({ stdout }) => {
    const ago = /^ago (-?\d+)$/m.exec(stdout)?.[1]
    if (ago === undefined) return unknown('the state is cut short')
    const mounts = [...stdout.matchAll(/^(ok|remounted|failed|blocked) (\d+) (\S+) ?(.*)$/gm)].map(
      ([, state, seconds, path = '', reason]) => ({
        path: path.replaceAll('\\040', ' '),
        // The expression has these words only.
        state: state as MountwatchFact['mounts'][number]['state'],
        seconds: Number(seconds),
        ...(reason && { reason }),
      }),
    )
    return present({ mounts, lookedSecondsAgo: Math.max(0, Number(ago)) })
  },
  deadlineMs: 60_000,
  maxBytes: 65_536,
})
