import type { Diff } from '../core/diff.ts'
import type { Fact } from '../core/fact.ts'
import { defineStepOver, type Given } from '../core/step.ts'
import { vipsHeld } from '../facts/vip.ts'
import { respectHold } from './_hold.ts'
import { answersTo, diffLook, type Look, looksOf } from './_look.ts'

/**
 * Each VIP answers NFS, as the passive node sees it: a NULL call, then a look at an export. What the
 * active node hears from itself would prove nothing.
 */
export default respectHold(
  defineStepOver({
    id: 'verify-vip',
    title: 'See that the VIP serves',
    joint: true,
    over: cluster => looksOf(cluster).map(look => ({ key: look.vip.address, item: look })),
    reads: ({ cluster, item }: Given<Look>) => ({
      answers: answersTo(item),
      held: vipsHeld(cluster.vips),
    }),
    diff({ item, host }, { facts }): Diff {
      if (hasVip(facts.held, item)) return { kind: 'in-sync', note: 'has the VIP itself' }
      return diffLook(item, host, facts.answers)
    },
  }),
)

function hasVip(held: Fact<readonly { readonly address: string }[]>, { vip }: Look): boolean {
  return held.state === 'present' && held.value.some(({ address }) => address === vip.address)
}
