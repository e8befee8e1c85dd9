import { type Diff, expects, inSync, refusal } from '../core/diff.ts'
import { present } from '../core/fact.ts'
import type { Reads } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { defineStep, type Given } from '../core/step.ts'
import { answerTo } from '../facts/group.ts'
import { hold } from '../facts/hold.ts'
import { upgradedIn, upgradeRecord } from '../facts/maintenance.ts'
import { upgradeOf } from './_install.ts'
import { maintenanceHere, refuseUnheld } from './_maintenance.ts'

/** The packages of the held node are the newest that its sources have, once in its maintenance. */
export default defineStep({
  id: 'upgrade',
  title: 'Upgrade the packages of the held node',
  joint: true,
  reads: (given: Given<undefined>): Reads => {
    const maintenance = maintenanceHere(given)
    const upgraded = maintenance === undefined ? [] : [upgradedIn(maintenance)]
    return Object.fromEntries([hold, ...upgraded].map(probe => [probe.id, probe]))
  },
  diff(given, self): Diff {
    const maintenance = maintenanceHere(given)
    if (given.params.upgrade !== true || maintenance === undefined) return inSync
    const upgraded = answerTo(self.facts, upgradedIn(maintenance))
    if (upgraded.state !== 'present')
      return refusal(
        'unknown-state',
        `whether ${given.host.name} was upgraded is not known`,
        'look at it, then run again',
      )
    if (upgraded.value) return inSync
    const { packages } = given.cluster
    return (
      refuseUnheld(given, self, maintenance) ?? {
        kind: 'change',
        symbol: '~',
        summary: `upgrade ${packages.join(' ')}`,
        risk: 'safe',
        actions: [
          upgradeOf(packages, [
            'mkdir -p /var/lib/nfsha',
            `printf '%s\\n' ${quote(maintenance)} >${upgradeRecord}`,
          ]),
        ],
        expect: { self: [expects(upgradedIn(maintenance), present(true))] },
      }
    )
  },
})
