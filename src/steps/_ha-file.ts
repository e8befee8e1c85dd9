import type { Node } from '../core/cluster.ts'
import type { Side } from '../core/diff.ts'
import { type Fact, factValue } from '../core/fact.ts'
import type { Given, NodeFile } from '../core/step.ts'
import { type HeartbeatFact, heartbeat } from '../facts/heartbeat.ts'

/** A file of heartbeat's directory, from the template of the same name. */
export function haFile({ cluster, host, render }: Given<undefined>, name: string, mode: string): NodeFile {
  const template = `etc/ha.d/${name}`
  return {
    path: `${cluster.platform.paths.haDir}/${name}`,
    template,
    content: render(template, { cluster, node: host }),
    mode,
    owner: 'root:root',
  }
}

/** For files that heartbeat reads each time it moves the group: a running one keeps what it has. */
export const countsFromNextMove = {
  reads: ({ cluster }: Given<undefined>) => ({ heartbeat: heartbeat(cluster.platform.paths) }),
  promise(
    _given: Given<undefined>,
    { facts }: Side<{ heartbeat: ReturnType<typeof heartbeat> }, Node>,
  ): string | undefined {
    const found: Fact<HeartbeatFact> = facts.heartbeat
    return factValue(found)?.running === true
      ? 'clients notice nothing: it counts from the next time that the group moves'
      : undefined
  },
}
