import type { Action } from '../core/action.ts'
import type { Volume } from '../core/cluster.ts'
import { type Diff, type Expectation, expects, inSync, refusal } from '../core/diff.ts'
import { type Fact, factValue, present } from '../core/fact.ts'
import { defineStepOver, type Given } from '../core/step.ts'
import { type DrbdState, drbdAdjust } from '../facts/drbd.ts'
import { type DrbdMetadata, drbdMetadata } from '../facts/drbd-metadata.ts'
import { drbdOf } from '../facts/group.ts'
import { type UnitFact, unit } from '../facts/unit.ts'
import { run, systemctl } from './_command.ts'
import { respectHold } from './_hold.ts'
import { overVolumes } from './_storage.ts'

/** The unit that brings a resource up at boot: it adjusts and never waits for the peer. */
export function resourceTarget(volume: Volume): string {
  return `drbd@${volume.name}.target`
}

/** Resources are up on both nodes, and come up at boot. Whether they find each other is the next step. */
export default respectHold(
  defineStepOver({
    id: 'drbd-up',
    title: 'Bring DRBD up',
    over: overVolumes,
    reads: ({ cluster, host, item }) => ({
      status: drbdOf(cluster, item),
      target: unit(resourceTarget(item)),
      metadata: drbdMetadata(cluster, host, item),
    }),
    diff(given, { facts }): Diff {
      const { item } = given
      if (facts.status.state === 'unknown')
        return refusal(
          'unknown-drbd-state',
          `the state of ${item.name} could not be read: ${facts.status.reason}`,
          `look at /proc/drbd and \`drbdsetup show\` on ${given.host.name}`,
        )
      const status = factValue(facts.status)
      if (status !== undefined && /^(Diskless|Failed)$/.test(status.disk))
        return refusal(
          'diskless',
          `${item.name} runs without its disk on ${given.host.name} (${status.disk}): it was detached, by hand or after an I/O error`,
          `look at dmesg and the disk on ${given.host.name}; when it is sound, \`drbdadm attach ${item.name}\` there`,
        )
      const isUp = status !== undefined
      const isEnabled = factValue(facts.target)?.enabled === 'enabled'
      if (isUp && isEnabled) return inSync
      return {
        kind: 'change',
        symbol: '+',
        summary: [
          ...(isUp ? [] : [`bring ${item.name} up`]),
          ...(isEnabled ? [] : [`enable ${resourceTarget(item)}`]),
        ].join('; '),
        risk: 'safe',
        actions: [
          ...(isUp ? [] : bringUp(item)),
          ...(isEnabled ? [] : [systemctl('enable', resourceTarget(item))]),
        ],
        expect: {
          self: [
            ...(isUp ? [] : expectUp(given, facts.metadata)),
            expectTarget(item, facts.target, isUp ? {} : { active: 'active' }),
          ],
        },
      }
    },
  }),
)

/**
 * `drbdadm adjust`, not `up`, so that a resource that a cut run left half up is brought up all the
 * same; it applies the activity log too. The target is started as well, so that systemd knows that
 * the resource is up and takes it down before the network at shutdown.
 */
function bringUp(volume: Volume): readonly Action[] {
  return [run(['drbdadm', 'adjust', volume.name]), systemctl('start', resourceTarget(volume))]
}

/** The state of the first moment; a peer that is up already may be found at once. */
function expectUp({ cluster, item }: Given<Volume>, metadata: Fact<DrbdMetadata>): readonly Expectation[] {
  const isFresh = factValue(metadata)?.justCreated ?? true
  const state: DrbdState = {
    connection: 'WFConnection',
    role: 'Secondary',
    peerRole: 'Unknown',
    disk: isFresh ? 'Inconsistent' : 'UpToDate',
    peerDisk: 'DUnknown',
  }
  return [expects(drbdOf(cluster, item), present(state)), expects(drbdAdjust(item), present({ pending: [] }))]
}

/** The template's instance before anybody enabled it. */
const newTarget: UnitFact = {
  load: 'loaded',
  enabled: 'disabled',
  active: 'inactive',
  needsReload: false,
  dropIns: [],
}

function expectTarget(volume: Volume, found: Fact<UnitFact>, more: Partial<UnitFact>): Expectation {
  const before = factValue(found) ?? newTarget
  return expects(unit(resourceTarget(volume)), present({ ...before, ...more, enabled: 'enabled' }))
}
