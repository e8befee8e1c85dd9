import { type Diff, expects, inSync } from '../core/diff.ts'
import { present } from '../core/fact.ts'
import { defineStep } from '../core/step.ts'
import { monitorUnit } from '../facts/monitor.ts'
import { ownFiles } from '../facts/own-files.ts'
import { unit } from '../facts/unit.ts'
import { systemctl } from './_command.ts'
import { evidenceOf, hasOwn, refuseUnknown } from './_remains.ts'

/** The watch over the service ends first: it would take the service's end for a failure, and mend it. */
export default defineStep({
  id: 'monitor-stop',
  title: 'Stop the watch over the service',
  reads: ({ cluster }) => ({ own: ownFiles(cluster), unit: unit(monitorUnit) }),
  diff(given, { facts }): Diff {
    const flaw = refuseUnknown(given, { "the cluster's files": facts.own, [monitorUnit]: facts.unit })
    if (flaw !== undefined) return flaw
    if (facts.unit.state !== 'present' || !hasOwn(facts.own, evidenceOf(given.cluster).unit(monitorUnit)))
      return inSync
    const state = facts.unit.value
    if (state.active === 'inactive' && state.enabled !== 'enabled') return inSync
    return {
      kind: 'change',
      symbol: '-',
      summary: `stop ${monitorUnit}`,
      risk: 'safe',
      actions: [systemctl('disable', '--now', monitorUnit)],
      expect: {
        self: [expects(unit(monitorUnit), present({ ...state, enabled: 'disabled', active: 'inactive' }))],
      },
    }
  },
})
