import type { Cluster } from '../core/cluster.ts'
import { type Fact, factValue } from '../core/fact.ts'
import { type ClockOffset, measureClock } from '../executor/clock.ts'
import { hider } from '../executor/hide.ts'
import type { Survey } from '../executor/survey.ts'
import { answerTo } from '../facts/group.ts'
import { heartbeatLines, journalLines, type LogPart, type LogStart } from '../facts/logs.ts'
import type { HostLog } from '../report/log-merge.ts'

/** What one reading of the hosts' logs gave. */
export interface LogReading {
  readonly logs: readonly (HostLog & Pick<ClockOffset, 'uncertaintyMs'>)[]
  /** In words: hosts and logs that could not be read, and what was left out. */
  readonly gaps: readonly string[]
}

/** Reads the hosts' logs, each time from where the time before ended. */
export interface LogReader {
  read(): Promise<LogReading>
}

/** A log may be long, and a node in trouble slow. */
const limitMs = 60_000

/** Reads the logs of hosts; whatever logged a secret of the cluster, its value is none of what is read. */
export function logReader(
  survey: Survey,
  hosts: readonly string[],
  { secrets }: Pick<Cluster, 'secrets'>,
  sinceMs: number,
): LogReader {
  const hide = hider(secrets.all)
  const since = { sinceSeconds: Math.ceil(sinceMs / 1000) }
  const starts = new Map<string, { journal: LogStart; heartbeat: LogStart }>(
    hosts.map(host => [host, { journal: since, heartbeat: since }]),
  )
  const from = (host: string) => starts.get(host) ?? { journal: since, heartbeat: since }

  return {
    read: async () => {
      const asked = hosts.map(host => {
        const { journal, heartbeat } = from(host)
        return { host, journal: journalLines(journal), heartbeat: heartbeatLines(heartbeat) }
      })
      const probes = asked.map(({ host, journal, heartbeat }) => [host, [journal, heartbeat]] as const)
      const { facts } = await survey.read(Object.fromEntries(probes), limitMs)
      const read = asked.map(({ host, journal, heartbeat }) => ({
        host,
        journal: answerTo(facts[host] ?? {}, journal),
        heartbeat: answerTo(facts[host] ?? {}, heartbeat),
      }))
      const logs = await Promise.all(
        read.map(async ({ host, journal, heartbeat }) => {
          starts.set(host, {
            journal: next(journal, from(host).journal),
            heartbeat: next(heartbeat, from(host).heartbeat),
          })
          const lines = [journal, heartbeat].flatMap(part => factValue(part)?.lines ?? [])
          return {
            ...{ host, ...(await clockOf(survey, host)) },
            lines: lines.map(line => ({ ...line, text: hide(line.text) })),
          }
        }),
      )
      return { logs, gaps: read.flatMap(gapsOf) }
    },
  }
}

function next(fact: Fact<LogPart>, before: LogStart): LogStart {
  const position = factValue(fact)?.position
  return position === undefined ? before : { position }
}

/** A host that is gone has no lines either. */
async function clockOf(survey: Survey, host: string): Promise<ClockOffset> {
  try {
    const session = await survey.session(host, limitMs / 6)
    return await measureClock(session, () => performance.timeOrigin + performance.now(), limitMs / 6)
  } catch {
    return { offsetMs: 0, uncertaintyMs: 0 }
  }
}

function gapsOf({
  host,
  ...parts
}: {
  readonly host: string
  readonly journal: Fact<LogPart>
  readonly heartbeat: Fact<LogPart>
}): readonly string[] {
  const reasons = [parts.journal, parts.heartbeat].flatMap(fact => {
    if (fact.state === 'unknown') return [fact.reason]
    return fact.state === 'present' && fact.value.cut ? ['the oldest lines were left out: too many'] : []
  })
  return [...new Set(reasons)].map(reason => `${host}: ${reason}`)
}
