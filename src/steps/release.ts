import { type Diff, expects, inSync, refusal } from '../core/diff.ts'
import { absent } from '../core/fact.ts'
import { defineStep } from '../core/step.ts'
import { hold, holdMarker } from '../facts/hold.ts'
import { run } from './_command.ts'

/** No node is held any more. What was left as it was on a held one is mended again from now on. */
export default defineStep({
  id: 'release',
  title: 'Release the held node',
  reads: () => ({ hold }),
  diff({ host }, { facts }): Diff {
    if (facts.hold.state === 'absent') return inSync
    if (facts.hold.state === 'unknown')
      return refusal(
        'unknown-state',
        `whether ${host.name} is held is not known: ${facts.hold.reason}`,
        `look at ${holdMarker} there, then run again`,
      )
    return {
      kind: 'change',
      symbol: '-',
      summary: `release ${host.name} (${facts.hold.value.text})`,
      risk: 'safe',
      actions: [run(['rm', '-f', holdMarker])],
      expect: { self: [expects(hold, absent())] },
    }
  },
})
