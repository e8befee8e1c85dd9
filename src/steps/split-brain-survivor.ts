import type { Action, Guard } from '../core/action.ts'
import type { Cluster, Node, Volume } from '../core/cluster.ts'
import { type Diff, type Expectation, expects, inSync, type Side } from '../core/diff.ts'
import { absent, factValue, present } from '../core/fact.ts'
import type { Reads } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { defineStep, type Given } from '../core/step.ts'
import { exportsPath, exportsServed } from '../facts/exports.ts'
import { answerTo, drbdOf, heldTexts, holdingOf, missingTexts } from '../facts/group.ts'
import { type GuardFact, promotionGuard } from '../facts/guard.ts'
import { heartbeat, heartbeatStopped } from '../facts/heartbeat.ts'
import { unit } from '../facts/unit.ts'
import { run, systemctl } from './_command.ts'
import { type NodeView, pairOf } from './_pair.ts'
import { expectAll, expectNothing } from './_serving.ts'
import { isJoined, isOpen, repairOf, splitBrainReads, stateOf } from './_split-brain.ts'
import { serveAlone } from './_split-brain-serve.ts'

/**
 * The survivor serves, and alone: the other node has left heartbeat and has nothing of the group, and
 * its DRBD no longer looks for its peer, so that nothing joins the two before it is told how.
 */
export default defineStep({
  id: 'split-brain-survivor',
  title: 'Let the survivor serve alone',
  joint: true,
  reads: (given: Given<undefined>): Reads =>
    splitBrainReads(given, exportsServed(exportsPath(given.cluster))),
  diff(given, self, peer): Diff {
    const repair = repairOf(given)
    if (repair === undefined || !isOpen(given, self, peer)) return inSync
    const pair = pairOf(given, self, peer)
    return given.host.name === repair.discard ? givesWay(given, pair.self) : serves(given, pair.self)
  },
})

/** The side of the node that is given up. */
function givesWay({ cluster }: Given<undefined>, node: NodeView): Diff {
  const { paths, units } = cluster.platform
  const { facts } = node.side
  const looking = cluster.volumes.filter(volume => looksForPeer(cluster, node.side, volume))
  const held = heldTexts(node.parts)
  if (!node.heartbeatRuns && held.length === 0 && looking.length === 0) return inSync
  const service = node.heartbeatRuns ? factValue(answerTo(facts, unit(units.heartbeat))) : undefined
  return {
    kind: 'change',
    symbol: '~',
    summary: `leave heartbeat and DRBD's connection${held.length === 0 ? '' : `, and give up what it holds: ${held.join(', ')}`}`,
    risk: held.length === 0 ? 'safe' : 'disruptive',
    actions: [
      ...(node.heartbeatRuns ? [{ ...systemctl('stop', units.heartbeat), timeoutMs: 400_000 }] : []),
      ...cluster.volumes.filter(volume => !isJoined(cluster, node.side, volume)).map(disconnect),
    ],
    expect: {
      self: [
        expects(heartbeat(paths), present(heartbeatStopped)),
        ...(service ? [expects(unit(units.heartbeat), present({ ...service, active: 'inactive' }))] : []),
        ...expectNothing(cluster, facts),
        ...cluster.volumes.flatMap(volume => expectAlone(cluster, node.side, volume)),
      ],
    },
  }
}

function looksForPeer(cluster: Cluster, side: Side<Reads, Node>, volume: Volume): boolean {
  return !isJoined(cluster, side, volume) && stateOf(cluster, side, volume)?.connection !== 'StandAlone'
}

/** Exit code 10 where it stands alone already: "(162) Invalid configuration request". */
function disconnect({ name }: Volume): Action {
  const guard: Guard = {
    expects: `${name} to be Secondary here`,
    script: `now=$(drbdadm role ${quote(name)} 2>&1)\ncase $now in Secondary*) ;; *) echo "it is $now"; exit 1 ;; esac`,
  }
  return run(['drbdadm', 'disconnect', name], { okCodes: [0, 10], guard })
}

function expectAlone(cluster: Cluster, side: Side<Reads, Node>, volume: Volume): readonly Expectation[] {
  const state = stateOf(cluster, side, volume)
  if (state === undefined) return []
  const alone = isJoined(cluster, side, volume) ? {} : { connection: 'StandAlone', peerRole: 'Unknown' }
  return [expects(drbdOf(cluster, volume), present({ ...state, ...alone, role: 'Secondary' }))]
}

/** The survivor's side. */
function serves(given: Given<undefined>, node: NodeView): Diff {
  const { cluster, host, peer, render } = given
  if (holdingOf(node.parts) === 'all') return inSync
  const { facts } = node.side
  const passive = cluster.volumes.filter(volume => stateOf(cluster, node.side, volume)?.role !== 'Primary')
  return {
    kind: 'change',
    symbol: '~',
    summary: `serve with the data here (${missingTexts(node.parts).join(', ')})`,
    risk: 'safe',
    actions: [serveAlone(cluster, peer, passive)],
    expect: {
      self: [...expectAll(cluster, host, facts, render), expects(promotionGuard, guardAfterStart(node.side))],
    },
  }
}

/** A start takes away what allowed it, and the memory of the last refusal. */
function guardAfterStart({ facts }: Side<Reads, Node>) {
  const guard = factValue(answerTo(facts, promotionGuard))
  const marks = (guard?.marks ?? []).filter(mark => !mark.endsWith('.chosen'))
  return marks.length === 0 ? absent() : present<GuardFact>({ marks })
}
