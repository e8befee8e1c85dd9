import { type Diff, expects, inSync, refusal } from '../core/diff.ts'
import { present } from '../core/fact.ts'
import type { Reads } from '../core/probe.ts'
import { defineStep, type Given } from '../core/step.ts'
import { answerTo } from '../facts/group.ts'
import { hold } from '../facts/hold.ts'
import { bootedSince } from '../facts/maintenance.ts'
import { passiveGuard } from './_group.ts'
import { maintenanceHere, refuseUnheld } from './_maintenance.ts'

/** The held node has booted since its maintenance began. Alone in its chunk, since the link ends with it. */
export default defineStep({
  id: 'reboot',
  title: 'Reboot the held node',
  order: 'one-by-one',
  joint: true,
  reads: (given: Given<undefined>): Reads => {
    const maintenance = maintenanceHere(given)
    const booted = maintenance === undefined ? [] : [bootedSince(maintenance)]
    return Object.fromEntries([hold, ...booted].map(probe => [probe.id, probe]))
  },
  diff(given, self): Diff {
    const maintenance = maintenanceHere(given)
    if (given.params.reboot !== true || maintenance === undefined) return inSync
    const booted = answerTo(self.facts, bootedSince(maintenance))
    if (booted.state !== 'present')
      return refusal(
        'unknown-state',
        `whether ${given.host.name} has booted since is not known`,
        'look at it, then run again',
      )
    if (booted.value) return inSync
    return (
      refuseUnheld(given, self, maintenance) ?? {
        kind: 'change',
        symbol: '~',
        summary: `reboot ${given.host.name}, and wait until it is back`,
        risk: 'safe',
        actions: [
          {
            kind: 'script',
            title: 'systemctl reboot',
            // It ends with the machine; what comes after would be read of a node that goes down.
            script: 'systemctl --no-wall reboot && sleep 300',
            timeoutMs: 300_000,
            reboots: true,
            guard: passiveGuard,
          },
        ],
        expect: { self: [expects(bootedSince(maintenance), present(true))] },
      }
    )
  },
})
