import type { Action } from '../core/action.ts'
import type { Cluster, Node } from '../core/cluster.ts'
import {
  type Change,
  type Diff,
  type Expectation,
  expects,
  inSync,
  type Refusal,
  refusal,
  type Side,
} from '../core/diff.ts'
import { type Fact, present } from '../core/fact.ts'
import { groupCommand } from '../core/group-command.ts'
import type { Reads } from '../core/probe.ts'
import { defineStepOver, type Given } from '../core/step.ts'
import { answerTo, type GroupPart, type Holding, holdingOf, whoActs } from '../facts/group.ts'
import { type HeartbeatFact, heartbeat, heartbeatStopped } from '../facts/heartbeat.ts'
import { ownFiles } from '../facts/own-files.ts'
import { type UnitFact, unit } from '../facts/unit.ts'
import { run, systemctl } from './_command.ts'
import { groupReads, partsOf, passiveGuard } from './_group.ts'
import { evidenceOf, hasOwn, refuseUnknown } from './_remains.ts'
import { expectNothing, expectRoles } from './_serving.ts'

/** Which node's turn it is: first the one that has nothing of the group, then the one that serves. */
type Turn = 'standby' | 'server'

/**
 * Heartbeat runs on neither node, nor at boot; nothing of the group is left, nor of what was kept ready
 * for it. The standby's ends first, so that nobody takes over when the other one gives the group up.
 */
export default defineStepOver({
  id: 'heartbeat-stop',
  title: 'Stop Heartbeat, the standby first',
  joint: true,
  over: (_: Cluster): readonly { key: string; item: Turn }[] =>
    (['standby', 'server'] as const).map(item => ({ key: item, item })),
  reads: ({ cluster }: Given<Turn>): Reads =>
    groupReads(
      cluster,
      heartbeat(cluster.platform.paths),
      ...keptUnits(cluster).map(unit),
      ownFiles(cluster),
    ),
  diff(given, self, peer): Diff {
    const { cluster } = given
    const own = answerTo(self.facts, ownFiles(cluster))
    const flaw = refuseUnknown(given, { "the cluster's files": own })
    if (flaw !== undefined) return flaw
    if (!hasOwn(own, evidenceOf(cluster).heartbeat)) return inSync
    const parts = partsOf(cluster, self)
    const found: Found = {
      daemon: answerTo(self.facts, heartbeat(cluster.platform.paths)),
      units: keptUnits(cluster).map(name => ({ name, fact: answerTo(self.facts, unit(name)) })),
      holding: holdingOf(parts),
    }
    const refused = refuseUnread(given, found, parts)
    if (refused !== undefined) return refused
    if (isOver(found) || (found.holding === 'none') !== (given.item === 'standby')) return inSync
    if (whoActs(parts, partsOf(cluster, peer)) === 'both')
      return refusal(
        'split-brain',
        'both nodes act, so each has data that the other one lacks',
        'settle that first (see `nfsha status`): afterwards nobody could tell which side is right',
      )
    return stop(given, self, peer, found)
  },
})

interface Found {
  readonly daemon: Fact<HeartbeatFact>
  readonly units: readonly { readonly name: string; readonly fact: Fact<UnitFact> }[]
  readonly holding: Holding
}

/** heartbeat's unit, and those of NFS that run on both nodes for it, or stay behind the group. */
function keptUnits({ platform: { units } }: Cluster): readonly string[] {
  return [units.heartbeat, units.nfsServer, units.mountd, units.nfsdcld]
}

function refuseUnread(
  { host }: Given<Turn>,
  { daemon, units, holding }: Found,
  parts: readonly GroupPart[],
): Refusal | undefined {
  const flaw = refuseUnknown(
    { host },
    { heartbeat: daemon, ...Object.fromEntries(units.map(({ name, fact }) => [name, fact])) },
  )
  if (flaw !== undefined || holding !== 'unknown') return flaw
  const unanswered = parts.flatMap(({ held, text }) => (held === undefined ? [text] : []))
  return refusal(
    'unknown-state',
    `what ${host.name} has of the group is not known: ${unanswered.join('; ')}`,
    'see `nfsha status` and mend that first, then run again',
  )
}

function isOver({ daemon, units, holding }: Found): boolean {
  return holding === 'none' && !isRunning(daemon) && units.every(({ fact }) => !isOn(fact))
}

function isRunning(daemon: Fact<HeartbeatFact>): boolean {
  return daemon.state === 'present' && daemon.value.running
}

function isOn(fact: Fact<UnitFact>): boolean {
  return fact.state === 'present' && (isActive(fact) || fact.value.enabled === 'enabled')
}

function isActive(fact: Fact<UnitFact>): boolean {
  return fact.state === 'present' && fact.value.active === 'active'
}

function stop(given: Given<Turn>, self: Side<Reads, Node>, peer: Side<Reads, Node>, found: Found): Change {
  const { cluster, host, item } = given
  const isStandby = item === 'standby'
  return {
    kind: 'change',
    symbol: '-',
    summary: isStandby
      ? `stop heartbeat on ${host.name}, which does not serve`
      : `stop heartbeat on ${host.name} and give the group up: from here on clients are cut off`,
    risk: isStandby ? 'safe' : 'disruptive',
    actions: stopActions(given, found),
    expect: {
      self: [
        ...(isStandby ? [] : expectNothing(cluster, self.facts)),
        expects(heartbeat(cluster.platform.paths), present(heartbeatStopped)),
        ...found.units.flatMap(({ name, fact }) => expectOff(name, fact)),
      ],
      peer: isStandby ? [] : expectRoles(cluster, peer.facts, { peerRole: 'Secondary' }),
    },
  }
}

/** heartbeat gives up all that it has and waits for it; a group that does not end is reset by it after ten tries. */
const stopTimeout = { timeoutMs: 600_000 }

function stopActions({ cluster, item }: Given<Turn>, found: Found): readonly Action[] {
  const { paths, units } = cluster.platform
  const guard = { ...(item === 'standby' && { guard: passiveGuard }) }
  const enabled = found.units.flatMap(({ name, fact }) =>
    fact.state === 'present' && fact.value.enabled === 'enabled' ? [name] : [],
  )
  const heartbeatUnit = found.units.find(({ name }) => name === units.heartbeat)
  const others = found.units.filter(one => one !== heartbeatUnit && isActive(one.fact))
  const isStarted = heartbeatUnit !== undefined && isActive(heartbeatUnit.fact)
  const isStray = isRunning(found.daemon) && !isStarted
  return [
    ...(enabled.length > 0 ? [systemctl('disable', ...enabled)] : []),
    ...(isStarted ? [{ ...systemctl('stop', units.heartbeat), ...guard, ...stopTimeout }] : []),
    // Started by hand, it is not systemd's to stop (heartbeat(8), -k).
    ...(isStray ? [run([`${paths.heartbeatLibexec}/heartbeat`, '-k'], { ...guard, ...stopTimeout })] : []),
    // Parts without a heartbeat to answer for them.
    ...(found.holding !== 'none' && !isRunning(found.daemon)
      ? [run(groupCommand(cluster, 'stop'), stopTimeout)]
      : []),
    ...(others.length > 0 ? [systemctl('stop', ...others.map(({ name }) => name))] : []),
  ]
}

function expectOff(name: string, fact: Fact<UnitFact>): readonly Expectation[] {
  if (fact.state !== 'present' || !isOn(fact)) return []
  const { enabled, active } = fact.value
  return [
    expects(
      unit(name),
      present({
        ...fact.value,
        enabled: enabled === 'enabled' ? 'disabled' : enabled,
        active: active === 'active' ? 'inactive' : active,
      }),
    ),
  ]
}
