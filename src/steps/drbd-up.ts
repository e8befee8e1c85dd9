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
import { overVolumes, resourceTarget } from './_storage.ts'

interface Found {
  readonly facts: { readonly status: Fact<DrbdState>; readonly metadata: Fact<DrbdMetadata> }
}

/** Resources are up on both nodes, and come up at boot. That they find each other is the next step's. */
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
    diff(given, self, peer): Diff {
      const { facts } = self
      const { item } = given
      if (facts.status.state === 'unknown')
        return refusal(
          'unknown-drbd-state',
          `the state of ${item.name} could not be read: ${facts.status.reason}`,
          `look at /proc/drbd and \`drbdsetup show\` on ${given.host.name}`,
        )
      const status = factValue(facts.status)
      const isDiskless = /^(Diskless|Failed)$/.test(status?.disk ?? '')
      if (isDiskless && factValue(facts.metadata)?.justCreated !== true)
        return refusal(
          'diskless',
          `${item.name} runs without its disk on ${given.host.name} (${status?.disk}): it was detached, by hand or after an I/O error`,
          `look at dmesg and the disk on ${given.host.name}; when it is sound, \`drbdadm attach ${item.name}\` there; replace it otherwise, and deploy again`,
        )
      // A disk whose metadata were never used is a new one: it takes part again, as a target.
      const isUp = status !== undefined && !isDiskless
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
            ...(isUp ? [] : expectUp(given, self, peer)),
            expectTarget(item, facts.target, isUp ? {} : { active: 'active' }),
          ],
          peer: isUp ? [] : expectSeen(given, self, peer),
        },
      }
    },
  }),
)

/**
 * `drbdadm adjust`, not `up`, so that a resource that a cut run left half up is brought up all the
 * same; it applies the activity log too. Then the peer is given the time to be found that the
 * configuration allows (startup, wfc-timeout; exit code 5 when that is over). The target is started
 * as well, so that systemd knows that the resource is up and takes it down before the network.
 */
function bringUp(volume: Volume): readonly Action[] {
  return [
    run(['drbdadm', 'adjust', volume.name]),
    run(['drbdadm', 'wait-connect', volume.name], { okCodes: [0, 5], timeoutMs: 120_000 }),
    systemctl('start', resourceTarget(volume)),
  ]
}

/** Both up and connected: the peer's role and disk are its own, or those it will come up with. */
function expectUp({ cluster, item }: Given<Volume>, self: Found, peer: Found): readonly Expectation[] {
  const other = factValue(peer.facts.status)
  const state: DrbdState = {
    connection: 'Connected',
    role: 'Secondary',
    peerRole: other?.role ?? 'Secondary',
    disk: diskOnceUp(self),
    peerDisk: other?.disk ?? diskOnceUp(peer),
  }
  return [expects(drbdOf(cluster, item), present(state)), expects(drbdAdjust(item), present({ pending: [] }))]
}

/** A peer that is up already sees this node come. */
function expectSeen({ cluster, item }: Given<Volume>, self: Found, peer: Found): readonly Expectation[] {
  const other = factValue(peer.facts.status)
  if (other === undefined) return []
  const seen = { connection: 'Connected', peerRole: 'Secondary', peerDisk: diskOnceUp(self) }
  return [expects(drbdOf(cluster, item), present({ ...other, ...seen }))]
}

function diskOnceUp({ facts }: Found): string {
  return (factValue(facts.metadata)?.justCreated ?? true) ? 'Inconsistent' : 'UpToDate'
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
