import { absent, present } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'

/** A run of nfsha as this node remembers it. */
export interface RunFact {
  readonly id: string
  readonly playbook: string
  /** `user@controller`. */
  readonly by: string
  /** ISO 8601, by the controller's clock. */
  readonly startedAt: string
  readonly endedAt?: string
  /** `done`, `failed`, `refused`, `interrupted`. */
  readonly result?: string
}

export interface RunsFact {
  /** The last that ended. */
  readonly last?: RunFact
  /** The one that holds this node's lock now. */
  readonly running?: RunFact
}

/** The node's memory of runs, and who works on it now (see executor/summary and executor/lock). Absent: nobody ever. */
export const runs: Probe<RunsFact> = Object.freeze<Probe<RunsFact>>({
  id: 'runs',
  script: [
    '[ ! -r /var/lib/nfsha/runs.jsonl ] || echo "last $(tail -n 1 /var/lib/nfsha/runs.jsonl)"',
    // The lock is free where flock(1) gets it: in a subshell, and given back at once.
    'if [ -s /run/nfsha/lock.json ] && ! (flock -n 7) 7</run/nfsha/lock; then',
    '  echo "running $(cat /run/nfsha/lock.json)"',
    'fi 2>/dev/null',
    'exit 0',
  ].join('\n'),
  parse: ({ stdout }) => {
    const last = runOf(/^last (.*)$/m.exec(stdout)?.[1])
    const running = runOf(/^running (.*)$/m.exec(stdout)?.[1])
    if (last === undefined && running === undefined) return absent()
    return present({ ...(last && { last }), ...(running && { running }) })
  },
  deadlineMs: 60_000,
  maxBytes: 65_536,
})

/** A line of JSON that is not ours, or cut, is no run. */
function runOf(json: string | undefined): RunFact | undefined {
  try {
    const found = JSON.parse(json ?? '') as Readonly<Record<string, unknown>> | null
    const text = (key: string) => (typeof found?.[key] === 'string' ? String(found[key]) : undefined)
    const [id, playbook, startedAt] = [text('id'), text('playbook'), text('startedAt')]
    if (id === undefined || playbook === undefined || startedAt === undefined) return undefined
    const [endedAt, result] = [text('endedAt'), text('result')]
    return {
      id,
      playbook,
      startedAt,
      by: `${text('who') ?? '?'}@${text('controller') ?? '?'}`,
      ...(endedAt !== undefined && { endedAt }),
      ...(result !== undefined && { result }),
    }
  } catch {
    return undefined
  }
}
