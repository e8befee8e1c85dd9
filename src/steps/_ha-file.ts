import type { Node } from '../core/cluster.ts'
import type { Side } from '../core/diff.ts'
import { factValue } from '../core/fact.ts'
import type { Reads } from '../core/probe.ts'
import type { Given, NodeFile } from '../core/step.ts'
import { answerTo, holdingOf, missingTexts } from '../facts/group.ts'
import { heartbeat } from '../facts/heartbeat.ts'
import { groupReads, partsOf } from './_group.ts'

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
  reads: ({ cluster }: Given<undefined>): Reads => groupReads(cluster, heartbeat(cluster.platform.paths)),
  promise({ cluster }: Given<undefined>, side: Side<Reads, Node>): string | undefined {
    if (factValue(answerTo(side.facts, heartbeat(cluster.platform.paths)))?.running !== true) return undefined
    return holdingOf(partsOf(cluster, side)) === 'some'
      ? `clients notice nothing: ${missingTexts(partsOf(cluster, side)).join(', ')}, which this deploy starts (step serving); the rest counts from the next time that the group moves`
      : 'clients notice nothing: it counts from the next time that the group moves'
  },
}
