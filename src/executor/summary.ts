import { quote } from '../core/quote.ts'
import { decodeUtf8 } from './frames.ts'
import type { OpenHosts } from './hosts.ts'
import type { RunIdentity } from './run.ts'

/** One line of a node's own memory of runs. A run may have two lines: the later one counts. */
export interface RunSummary extends RunIdentity {
  readonly endedAt: string
  readonly result: 'done' | 'failed' | 'refused' | 'interrupted'
  /** Steps that changed something, by reference. */
  readonly changed: readonly string[]
  readonly message?: string
}

const summaryFile = '/var/lib/nfsha/runs.jsonl'

/** How many lines a node keeps. */
const keptLines = 200

/** What a node remembers of a run: a line of its own, and one in the system log. */
export function memoryProgram(summary: RunSummary): string {
  return `${summaryProgram(summary)}\n${systemLogProgram(summary)}`
}

/** Appends a run's line on the node and drops the oldest ones. */
export function summaryProgram(summary: RunSummary): string {
  return `mkdir -p ${summaryFile.replace(/\/[^/]*$/, '')} && {
  tail -n ${keptLines - 1} ${summaryFile} 2>/dev/null
  printf '%s\\n' ${quote(JSON.stringify(summary))}
} >${summaryFile}.new && mv -f ${summaryFile}.new ${summaryFile}`
}

/**
 * Tells the node's system log how a run ended, by logger(1) under the tag that our other lines there
 * have. Never a reason to fail: a node without a log loses only that line.
 */
export function systemLogProgram(summary: RunSummary): string {
  const priority = summary.result === 'done' ? 'info' : 'warning'
  return `logger -t nfsha -p daemon.${priority} -- ${quote(systemLogLine(summary))} 2>/dev/null || :`
}

/** `run 2025… (deploy) by ann@desk: done; changed hosts, exports`. */
function systemLogLine({ id, playbook, who, controller, result, changed, message }: RunSummary): string {
  const what = changed.length === 0 ? 'nothing was changed' : `changed ${changed.join(', ')}`
  const why = message === undefined ? '' : `; ${message.replaceAll(/\s+/g, ' ')}`
  return `run ${id} (${playbook}) by ${who}@${controller}: ${result}; ${what}${why}`
}

/** The runs that each reachable host remembers, oldest first, the last line of a run only. */
export async function readRunSummaries(
  hosts: OpenHosts,
  max = keptLines,
): Promise<Readonly<Record<string, readonly RunSummary[]>>> {
  const program = `nfsha_lines=$(tail -n ${max} ${summaryFile} 2>/dev/null)\nnfsha_text runs "$nfsha_lines"`
  const answers = await hosts.exchange(() =>
    Promise.all(
      [...hosts.sessions.values()].map(async session => {
        let text = ''
        await session.request(program, {
          silenceMs: 60_000,
          onFrame: ({ payload }) => {
            text = decodeUtf8(payload)
          },
        })
        return [session.host, parseSummaries(text)] as const
      }),
    ),
  )
  return Object.fromEntries(answers)
}

function parseSummaries(text: string): readonly RunSummary[] {
  const byId = new Map<string, RunSummary>()
  for (const line of text.split('\n')) {
    const summary = parseLine(line)
    if (summary === undefined) continue
    byId.delete(summary.id)
    byId.set(summary.id, summary)
  }
  return [...byId.values()]
}

/** A line that is not ours, or cut by a full disk, is passed over. */
function parseLine(line: string): RunSummary | undefined {
  try {
    const found = JSON.parse(line) as Partial<RunSummary> | null
    return typeof found?.id === 'string' && typeof found.result === 'string'
      ? (found as RunSummary)
      : undefined
  } catch {
    return undefined
  }
}
