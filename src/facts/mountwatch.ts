import { present, unknown } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { unescapePath } from './export-options.ts'

/** What the watchdog of the mounts found when it last looked. */
export interface MountwatchFact {
  readonly mounts: readonly {
    readonly path: string
    /** `idle`: an automount waits for somebody to look, or nobody used what autofs has mounted. */
    readonly state: 'ok' | 'idle' | 'remounted' | 'failed' | 'blocked'
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
    const mounts = [...stdout.matchAll(/^(ok|idle|remounted|failed|blocked) (\d+) (\S+) ?(.*)$/gm)].map(
      ([, state, seconds, path = '', reason]) => ({
        path: unescapePath(path),
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
