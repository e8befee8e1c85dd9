import type { Cluster } from '../core/cluster.ts'
import { type Diff, expects, inSync, refusal } from '../core/diff.ts'
import { present } from '../core/fact.ts'
import { defineStep } from '../core/step.ts'
import { unit } from '../facts/unit.ts'
import { systemctl } from './_command.ts'
import { respectHold } from './_hold.ts'

/**
 * Units that only the resource group may start: at boot they would serve without the volume, or make
 * the node wait for its peer (drbd.service). heartbeat's own place at boot belongs to heartbeat-start.
 */
function ownedUnits({ platform: { units } }: Cluster): readonly string[] {
  return [units.nfsServer, units.nfsdcld, units.statd, units.drbdService]
}

export default respectHold(
  defineStep({
    id: 'services-off',
    title: 'Leave the services to the resource group at boot',
    reads: ({ cluster }) => Object.fromEntries(ownedUnits(cluster).map(name => [name, unit(name)])),
    diff({ cluster }, { facts }): Diff {
      const enabled = []
      for (const name of ownedUnits(cluster)) {
        const fact = facts[name]
        if (fact?.state === 'unknown')
          return refusal(
            'unknown-unit',
            `the state of ${name} could not be read: ${fact.reason}`,
            `run \`systemctl status ${name}\` on the node, then run again`,
          )
        if (fact?.state === 'present' && fact.value.enabled.startsWith('enabled'))
          enabled.push({ name, state: fact.value })
      }
      if (enabled.length === 0) return inSync
      const names = enabled.map(({ name }) => name)
      return {
        kind: 'change',
        symbol: '~',
        summary: `do not start ${names.join(' ')} at boot`,
        risk: 'safe',
        actions: [systemctl('disable', ...names)],
        expect: {
          self: enabled.map(({ name, state }) =>
            expects(unit(name), present({ ...state, enabled: 'disabled' })),
          ),
        },
      }
    },
  }),
)
