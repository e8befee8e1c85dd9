import type { Cluster } from '../core/cluster.ts'
import { type Diff, expects, inSync } from '../core/diff.ts'
import { absent } from '../core/fact.ts'
import { quote } from '../core/quote.ts'
import { defineStep } from '../core/step.ts'
import { promotionGuard } from '../facts/guard.ts'
import { run } from './_command.ts'
import { marksOf, repairOf, splitBrainReads, stateOf } from './_split-brain.ts'

const directory = '/var/lib/nfsha/guard'

/** Once both sides of all volumes are one, the promotion guard forgets the split-brain, and what it refused for it. */
export default defineStep({
  id: 'split-brain-declared',
  title: 'Declare it repaired',
  joint: true,
  reads: given => splitBrainReads(given),
  diff(given, self): Diff {
    const { cluster } = given
    const marks = marksOf(self)
    if (repairOf(given) === undefined || marks.length === 0) return inSync
    const areWhole = cluster.volumes.every(volume => {
      const state = stateOf(cluster, self, volume)
      return state?.connection === 'Connected' && state.disk === 'UpToDate' && state.peerDisk === 'UpToDate'
    })
    if (!areWhole) return inSync
    return {
      kind: 'change',
      symbol: '-',
      summary: `forget the split-brain (${marks.join(', ')})`,
      risk: 'safe',
      actions: [
        run(['rm', '-f', ...memories(cluster)], {
          guard: {
            expects: 'both sides of all volumes to be one',
            script: cluster.volumes
              .map(
                ({
                  name,
                }) => `now="$(drbdadm cstate ${quote(name)} 2>&1) $(drbdadm dstate ${quote(name)} 2>&1)"
[ "$now" = 'Connected UpToDate/UpToDate' ] || { echo "${name} is $now"; exit 1; }`,
              )
              .join('\n'),
          },
        }),
      ],
      expect: { self: [expects(promotionGuard, absent())] },
    }
  },
})

/** All that the guard may remember by then: while the run goes on, heartbeat may try a start that is refused. */
function memories({ volumes }: Cluster): readonly string[] {
  const marks = volumes.flatMap(({ name }) =>
    ['split-brain', 'superseded', 'chosen'].map(mark => `${name}.${mark}`),
  )
  return [...marks, 'refused'].map(name => `${directory}/${name}`)
}
