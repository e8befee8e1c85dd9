import { absent, type Fact, present } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'

/** A line of the kernel's log about DRBD's connection, or of our scripts about it. */
export interface PartingLine {
  readonly agoMs: number
  readonly text: string
}

/** The latest that are kept. */
const most = 12

/** DRBD's own lines (drbd 8.4, drbd_state.c and drbd_receiver.c), and those of our scripts, as they are in the kernel's log. */
const telling = [
  String.raw`drbd[^:]*: .*(conn\( (Connected|Sync[A-Za-z]+) -> |-> StandAlone|role\( Secondary -> Primary)`,
  'drbd[^:]*: (Split-Brain detected|Unrelated data)',
  'nfsha: DRBD ',
  'nfsha: .* was given up by ',
].join('|')

/**
 * What the kernel's log still has of how the sides parted: connections lost, promotions, split-brains
 * found, and what our scripts noted then. Absent where there is nothing, as after a boot.
 */
export const partingLog: Probe<readonly PartingLine[]> = Object.freeze<Probe<readonly PartingLine[]>>({
  id: 'parting-log',
  script: [
    'read -r up _ </proc/uptime',
    'echo "up $up"',
    `dmesg 2>/dev/null | grep -aE '${telling}' | tail -n ${most}`,
    'exit 0',
  ].join('\n'),
  parse: ({ stdout }) => parseLog(stdout),
  deadlineMs: 60_000,
  maxBytes: 16_384,
})

function parseLog(stdout: string): Fact<readonly PartingLine[]> {
  const upMs = Number(/^up ([\d.]+)/m.exec(stdout)?.[1]) * 1000
  const lines = [...stdout.matchAll(/^\[ *([\d.]+)\] (.+)$/gm)].map(([, at, text = '']) => ({
    agoMs: Math.max(0, Math.round(upMs - Number(at) * 1000)),
    text,
  }))
  return lines.length === 0 ? absent() : present(lines)
}
