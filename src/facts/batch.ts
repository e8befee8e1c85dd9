import { absent, type Fact, type HostFacts, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { gatherFunction } from './batch-shell.ts'

/*
 * The probes of one host as one script, and its answers as facts. The script is run by the
 * executor's session; `nfsha_text`, `nfsha_frame`, `nfsha_tick_on` and `nfsha_kill_tree` are that
 * session's functions.
 */

/** Without a limit for all: a day, so that each probe's own deadline counts. */
const longestMs = 86_400_000

/** `ulimit -f` counts blocks of 512 bytes (POSIX; dash, and bash called sh). */
const blockBytes = 512

/**
 * The script that runs these probes. It answers with three frames: `answers` (a line `INDEX
 * EXITCODE` or `INDEX late` for each), `sizes` (wc's table), `outputs` (all outputs, one after the
 * other, in the table's order). What has not ended when `limitMs` are over is late, however many wait
 * for a lane behind others that hang.
 */
export function composeBatch(probes: readonly Probe<unknown>[], limitMs = longestMs): string {
  if (probes.length === 0) return 'nfsha_frame answers "#0"'
  const cases = probes.map(
    ({ script, maxBytes }, index) =>
      `${index}) ulimit -f ${Math.ceil(maxBytes / blockBytes) + 1}; eval ${quote(script)} ;;`,
  )
  const limits = probes.map(({ deadlineMs }, index) => `nfsha_limit_${index}=${Math.ceil(deadlineMs / 1000)}`)
  return [
    gatherFunction,
    `nfsha_ask() { case $1 in\n${cases.join('\n')}\nesac; }`,
    limits.join(' '),
    `nfsha_gather ${probes.length} ${Math.max(1, Math.floor(limitMs / 1000))}`,
  ].join('\n')
}

/** What the node answered: the payloads of the three frames, as bytes (latin1). */
export interface BatchAnswer {
  readonly answers: string
  readonly sizes: string
  readonly outputs: string
}

/** The facts in an answer. Every probe gets one: what did not answer is unknown, with the reason. */
export function splitBatch(probes: readonly Probe<unknown>[], answer: BatchAnswer): HostFacts {
  const outputs = outputsByIndex(answer)
  const states = new Map(
    [...answer.answers.matchAll(/^([0-9]+) ([0-9]+|late)$/gm)].map(([, index, state]) => [
      Number(index),
      state,
    ]),
  )
  return Object.fromEntries(
    probes.map((probe, index) => [probe.id, factOf(probe, states.get(index), outputs.get(index) ?? '')]),
  )
}

function outputsByIndex({ sizes, outputs }: BatchAnswer): ReadonlyMap<number, string> {
  const found = new Map<number, string>()
  let offset = 0
  for (const [, size, name] of sizes.matchAll(/^ *([0-9]+) ([0-9]+)$/gm)) {
    const end = offset + Number(size)
    found.set(Number(name), outputs.slice(offset, end))
    offset = end
  }
  return found
}

function factOf(probe: Probe<unknown>, state: string | undefined, bytes: string): Fact<unknown> {
  if (state === undefined) return unknown('the node did not run it: no room in /run and /tmp, or no mkfifo')
  if (state === 'late') return unknown(`no answer within ${Number((probe.deadlineMs / 1000).toFixed(1))} s`)
  if (bytes.length > probe.maxBytes) return unknown(`it answered with more than ${probe.maxBytes} bytes`)
  const exitCode = Number(state)
  const stdout = Buffer.from(bytes, 'latin1').toString('utf8')
  if (exitCode === exitAbsent) return absent()
  if (exitCode !== 0) return unknown(lastLine(stdout) ?? `it ended with exit code ${exitCode}`)
  try {
    return probe.parse({ stdout, exitCode })
  } catch (error) {
    return unknown(`its answer cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function lastLine(text: string): string | undefined {
  return text.trimEnd().split('\n').at(-1)?.trim() || undefined
}
