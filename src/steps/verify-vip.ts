import type { Export, Node, Vip } from '../core/cluster.ts'
import { type Diff, expects, inSync, type Wait } from '../core/diff.ts'
import { type Fact, present } from '../core/fact.ts'
import { defineStepOver, type Given } from '../core/step.ts'
import { surelyAdmits } from '../facts/export-clients.ts'
import { vipsHeld } from '../facts/vip.ts'
import { type VipAnswers, vipAnswers, vipServes } from '../facts/vip-answers.ts'
import { respectHold } from './_hold.ts'

/** A VIP and the export that is looked at through it. */
interface Look {
  readonly vip: Vip
  readonly export: Export
}

/**
 * Each VIP answers NFS, as the passive node sees it: a NULL call, then a look at an export. What the
 * active node hears from itself would prove nothing.
 */
export default respectHold(
  defineStepOver({
    id: 'verify-vip',
    title: 'See that the VIP serves',
    joint: true,
    over: ({ vips, exports: [first] }) =>
      first === undefined ? [] : vips.map(vip => ({ key: vip.address, item: { vip, export: first } })),
    reads: ({ cluster, item }: Given<Look>) => ({
      answers: vipAnswers(item.vip, item.export),
      held: vipsHeld(cluster.vips),
    }),
    diff({ item, host }, { facts }): Diff {
      if (hasVip(facts.held, item.vip)) return { kind: 'in-sync', note: 'has the VIP itself' }
      if (facts.answers.state === 'present' && facts.answers.value.nfs) {
        const { stat } = facts.answers.value
        if (stat === 'done' || stat === 'here') return inSync
        if (stat === 'denied' || !surelyAdmits(item.export, addressTowards(item.vip, host)))
          return { kind: 'in-sync', note: `the VIP answers; ${item.export.path} is not for this node` }
      }
      return waitFor(item, facts.answers)
    },
  }),
)

/** The address that the server sees when a node asks the VIP. */
function addressTowards(vip: Vip, host: Node): string {
  return host.links[vip.link]?.address ?? ''
}

function hasVip(held: Fact<readonly { readonly address: string }[]>, { address }: Vip): boolean {
  return held.state === 'present' && held.value.some(vip => vip.address === address)
}

function waitFor({ vip, export: { path } }: Look, answers: Fact<VipAnswers>): Wait {
  return {
    kind: 'wait',
    summary: `wait until ${vip.address} answers NFS and shows ${path}`,
    // Longer than a grace period and a client's longest step of back-off within it.
    noProgressMs: 120_000,
    progress: textOf(answers),
    expect: { self: [expects(vipAnswers(vip, { path }), present(vipServes))] },
  }
}

function textOf(answers: Fact<VipAnswers>): string {
  if (answers.state !== 'present') return answers.state === 'unknown' ? answers.reason : 'no answer'
  const { nfs, text = 'no answer' } = answers.value
  return nfs ? `NFS answers, but not for the export: ${text}` : text
}
