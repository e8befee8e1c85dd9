import { type Diff, expects, inSync, refusal } from '../core/diff.ts'
import { present } from '../core/fact.ts'
import { defineStep, type Given } from '../core/step.ts'
import { faultless } from '../facts/rehearsal.ts'
import { respectHold } from './_hold.ts'
import { flawsText, rehearseNow, wantedRehearsal } from './_rehearsal.ts'

/**
 * What a takeover would run for the first time is tried before anything that counts is written: the files
 * of the inventory in a namespace of their own, beside the service. Where its packages are not there yet,
 * that is an act, right after they are.
 */
export default respectHold(
  defineStep({
    id: 'rehearsal',
    title: 'Rehearse a takeover',
    reads: (given: Given<undefined>) => ({ rehearsal: wantedRehearsal(given) }),
    diff(given, { facts, host }): Diff {
      const fact = facts.rehearsal
      const passes = { self: [expects(wantedRehearsal(given), present(faultless))] }
      if (fact.state !== 'present')
        return {
          kind: 'change',
          symbol: '~',
          summary: 'rehearse a takeover, beside the service',
          risk: 'safe',
          promise: 'clients notice nothing',
          actions: [rehearseNow(given)],
          expect: passes,
        }
      const { refused, told } = fact.value
      const [first] = refused
      if (first !== undefined)
        return refusal(
          'takeover-would-fail',
          `a takeover by ${host.name} would fail: ${flawsText(refused)}`,
          `${first.next}; nothing was changed, and \`nfsha rehearse\` tries it again`,
          passes,
        )
      return told.length === 0 ? inSync : { kind: 'in-sync', note: flawsText(told) }
    },
  }),
)
