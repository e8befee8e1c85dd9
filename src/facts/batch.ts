import { absent, type Fact, type HostFacts, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe, type ProbeOutput } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { type Ask, asksOf } from './asks.ts'
import { endMark, gatherFunction } from './batch-shell.ts'

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
 * EXITCODE` or `INDEX late` for each ask), `sizes` (wc's table), `outputs` (all outputs, one after the
 * other, in the table's order). What has not ended when `limitMs` are over is late, however many wait
 * for a lane behind others that hang.
 */
export function composeBatch(probes: readonly Probe<unknown>[], limitMs = longestMs): string {
  if (probes.length === 0) return 'nfsha_frame answers "#0"'
  const asks = asksOf(probes)
  const cases = asks.map(
    ({ script, maxBytes }, index) =>
      `${index}) ulimit -f ${Math.ceil(maxBytes / blockBytes) + 1}; eval ${quote(script)} ;;`,
  )
  const limits = asks.map(({ deadlineMs }, index) => `nfsha_limit_${index}=${Math.ceil(deadlineMs / 1000)}`)
  return [
    gatherFunction,
    `nfsha_ask() { case $1 in\n${cases.join('\n')}\nesac; }`,
    limits.join(' '),
    `nfsha_gather ${asks.length} ${Math.max(1, Math.floor(limitMs / 1000))}`,
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
  const facts = asksOf(probes).flatMap((ask, index) => factsOf(ask, states.get(index), outputs.get(index)))
  return Object.fromEntries(facts)
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

function factsOf(
  ask: Ask,
  state: string | undefined,
  written: string | undefined,
): readonly (readonly [string, Fact<unknown>])[] {
  const all = (fact: Fact<unknown>) => ask.probes.map(({ id }) => [id, fact] as const)
  const isWhole = state !== '0' || written?.endsWith(endMark) === true
  const bytes = (state === '0' && isWhole ? written?.slice(0, -endMark.length) : written) ?? ''
  if (!isWhole && bytes.length <= ask.maxBytes)
    return all(
      unknown('its answer did not arrive whole: see that there is room in /run and /tmp (df, df -i)'),
    )
  const said = endOf(ask, state, bytes)
  if ('fact' in said) return all(said.fact)
  if (ask.split === undefined) return ask.probes.map(probe => [probe.id, readBy(probe, said)])
  try {
    const answers = ask.split(bytes)
    return ask.probes.map((probe, at) => [probe.id, jointFact(probe, answers[at])])
  } catch (error) {
    return all(notRead(error))
  }
}

/** What came back, or what is to be made of an ask that brought none. */
function endOf(
  { deadlineMs, maxBytes }: Ask,
  state: string | undefined,
  bytes: string,
): ProbeOutput | { readonly fact: Fact<unknown> } {
  const fact = (reason: string) => ({ fact: unknown(reason) })
  if (state === undefined) return fact('the node did not run it: no room in /run and /tmp, or no mkfifo')
  if (state === 'late') return fact(`no answer within ${Number((deadlineMs / 1000).toFixed(1))} s`)
  if (bytes.length > maxBytes) return fact(`it answered with more than ${maxBytes} bytes`)
  const exitCode = Number(state)
  const stdout = decode(bytes)
  if (exitCode === exitAbsent) return { fact: absent() }
  if (exitCode !== 0) return fact(reasonOf(stdout, exitCode))
  return { stdout, exitCode }
}

/** A part of a joint answer: as an answer of its own. */
function jointFact(probe: Probe<unknown>, part: ProbeOutput | undefined): Fact<unknown> {
  const said = endOf(
    { ...probe, probes: [probe] },
    part === undefined ? undefined : String(part.exitCode),
    part?.stdout ?? '',
  )
  return 'fact' in said ? said.fact : readBy(probe, said)
}

function readBy(probe: Probe<unknown>, output: ProbeOutput): Fact<unknown> {
  try {
    return probe.parse(output)
  } catch (error) {
    return notRead(error)
  }
}

function notRead(error: unknown): Fact<never> {
  return unknown(`its answer cannot be read: ${error instanceof Error ? error.message : String(error)}`)
}

function reasonOf(stdout: string, exitCode: number): string {
  return stdout.trimEnd().split('\n').at(-1)?.trim() || `it ended with exit code ${exitCode}`
}

function decode(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
