import { absent, type Fact, present } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'

/** The last time that the group's script started or stopped the group on this node, since it booted. */
export interface GroupTurn {
  readonly verb: 'start' | 'stop'
  /** How long ago it ended, in milliseconds, by the node's clock since boot. */
  readonly agoMs: number
  /** How long it took: as the script says at its end, else its parts together. */
  readonly tookMs: number
  /** The parts in order: `promote`, `mount`, `nfsd`, `vip`… */
  readonly phases: readonly { readonly name: string; readonly ms: number; readonly failed: boolean }[]
}

/** The role that this node last had in the group, as the promotion guard remembers it, also after a boot. */
export interface GroupRecord {
  /** `active`: it was promoted, and did not give up since; `released`: it gave the volume up. */
  readonly state: string
  /** Counts promotions over both nodes; missing where it could not be read. */
  readonly generation?: number
  readonly agoMs: number
}

export interface GroupHistory {
  readonly turn?: GroupTurn
  readonly record?: GroupRecord
}

/**
 * What the group's script left of its work: its lines in the kernel's log, whose stamps count from
 * boot, and the record of the first volume. Absent where there is neither. For status only.
 */
export function groupHistory(cluster: string, volume: string): Probe<GroupHistory> {
  return {
    id: `group-history:${cluster}:${volume}`,
    script: [
      'read -r up _ </proc/uptime',
      'echo "up $up"',
      `dmesg 2>/dev/null | grep -F ${quote(`nfsha: ${cluster} `)}`,
      `record=/var/lib/nfsha/guard/${quote(`${volume}.record`)}`,
      'if [ -r "$record" ]; then',
      '  read -r said <"$record"',
      '  echo "record $(($(date +%s) - $(stat -c %Y "$record"))) $said"',
      'fi',
      'exit 0',
    ].join('\n'),
    parse: ({ stdout }) => parseHistory(stdout),
    deadlineMs: 60_000,
    // More than the kernel's log has room for.
    maxBytes: 2 ** 20,
  }
}

function parseHistory(stdout: string): Fact<GroupHistory> {
  const turn = lastTurn(stdout)
  const record = recordOf(stdout)
  if (turn === undefined && record === undefined) return absent()
  return present({ ...(turn && { turn }), ...(record && { record }) })
}

/** When a part began; the total is told of the whole turn, after its last part. */
function startOf({
  name,
  atMs,
  ms,
}: {
  readonly name: string
  readonly atMs: number
  readonly ms: number
}): number {
  return name === 'total' ? atMs : atMs - ms
}

/** Between two parts of one turn the script does next to nothing. */
const longestPauseMs = 5000

function lastTurn(stdout: string): GroupTurn | undefined {
  const upMs = Number(/^up ([\d.]+)/m.exec(stdout)?.[1]) * 1000
  const lines = [
    ...stdout.matchAll(/^\[ *([\d.]+)\] nfsha: \S+ (start|stop) (\S+) (failed after )?(\d+) ms/gm),
  ].map(([, at, verb, name = '', failed, ms]) => ({
    atMs: Number(at) * 1000,
    verb: verb === 'start' ? ('start' as const) : ('stop' as const),
    name,
    ms: Number(ms),
    failed: failed !== undefined,
  }))
  const last = lines.at(-1)
  if (last === undefined || Number.isNaN(upMs)) return undefined
  // A turn's parts follow one another; the same part again, or a long pause, is of an earlier turn.
  const parts: typeof lines = []
  for (const line of lines.toReversed()) {
    const [next] = parts
    if (line.verb !== last.verb || parts.some(({ name }) => name === line.name)) break
    if (next !== undefined && startOf(next) - line.atMs > longestPauseMs) break
    parts.unshift(line)
  }
  const total = parts.find(({ name }) => name === 'total')
  const phases = parts.filter(part => part !== total)
  return {
    verb: last.verb,
    agoMs: Math.max(0, Math.round(upMs - last.atMs)),
    tookMs: total?.ms ?? phases.reduce((sum, { ms }) => sum + ms, 0),
    phases: phases.map(({ name, ms, failed }) => ({ name, ms, failed })),
  }
}

function recordOf(stdout: string): GroupRecord | undefined {
  const [, ago, state, generation] = /^record (-?\d+) state=(\S+) generation=(\S+)/m.exec(stdout) ?? []
  if (ago === undefined || state === undefined) return undefined
  return {
    state,
    ...(/^\d+$/.test(generation ?? '') && { generation: Number(generation) }),
    agoMs: Math.max(0, Number(ago) * 1000),
  }
}
