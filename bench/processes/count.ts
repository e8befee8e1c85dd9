import type { Probe } from '../../src/core/probe.ts'
import type { Session } from '../../src/executor/session.ts'
import { composeBatch } from '../../src/facts/batch.ts'

/** Shell words that set `nfsha_count` to how many processes were ever started. */
export type Counter = string

/** On a whole machine: `processes` of /proc/stat (proc(5)); what else goes on there counts too. */
export const ofMachine: Counter =
  'while read -r nfsha_key nfsha_value _; do [ "$nfsha_key" != processes ] || nfsha_count=$nfsha_value; done </proc/stat'

/** In a PID namespace: the last that was started there, the last word of loadavg (proc(5)) of its own /proc. */
export function ofNamespace(proc: string): Counter {
  return `read -r _ _ _ _ nfsha_count <${proc}/loadavg`
}

/** How many processes were started on the node so far. */
export async function countNow(session: Session, counter: Counter): Promise<number> {
  return await counted(session, `${counter}\nnfsha_frame count "$nfsha_count"`)
}

/** How many processes these questions start, asked as nfsha asks. */
export async function countBatch(
  session: Session,
  counter: Counter,
  probes: readonly Probe<unknown>[],
): Promise<number> {
  const program = `${counter}
nfsha_before=$nfsha_count
${composeBatch(probes)}
${counter}
nfsha_frame count $((nfsha_count - nfsha_before))`
  return await counted(session, program)
}

async function counted(session: Session, program: string): Promise<number> {
  let count = Number.NaN
  await session.request(program, {
    silenceMs: 600_000,
    onFrame: ({ kind, fields }) => {
      if (kind === 'count') count = Number(fields[0])
    },
  })
  return count
}
