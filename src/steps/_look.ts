import type { Cluster, Export, Node, Vip } from '../core/cluster.ts'
import { type Diff, expects, inSync, type Wait } from '../core/diff.ts'
import { type Fact, present } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { surelyAdmits } from '../facts/export-clients.ts'
import { type VipAnswers, vipAnswers, vipServes } from '../facts/vip-answers.ts'

/** A VIP and the export that is looked at through it. */
export interface Look {
  readonly vip: Vip
  readonly export: Export
}

/** One look a VIP, at the first export; without exports there is nothing to look at. */
export function looksOf({ vips, exports: [first] }: Cluster): readonly Look[] {
  return first === undefined ? [] : vips.map(vip => ({ vip, export: first }))
}

/** The question that a look asks. */
export function answersTo({ vip, export: shown }: Look): Probe<VipAnswers> {
  return vipAnswers(vip, shown)
}

/** What a node that has not the VIP itself got from it: what it should, or a wait for that. */
export function diffLook(look: Look, host: Node, answers: Fact<VipAnswers>): Diff {
  if (answers.state === 'present' && answers.value.nfs) {
    const { stat } = answers.value
    if (stat === 'done' || stat === 'here') return inSync
    if (stat === 'denied' || !surelyAdmits(look.export, addressTowards(look.vip, host)))
      return { kind: 'in-sync', note: `the VIP answers; ${look.export.path} is not for this node` }
  }
  return waitFor(look, answers)
}

/** The address that the server sees when a node asks the VIP. */
function addressTowards(vip: Vip, host: Node): string {
  return host.links[vip.link]?.address ?? ''
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
