import type { Volume } from '../core/cluster.ts'
import {
  type Change,
  type Diff,
  type Expectation,
  expects,
  inSync,
  type Refusal,
  refusal,
} from '../core/diff.ts'
import { type Fact, factValue, present } from '../core/fact.ts'
import { defineStepOver, type Given } from '../core/step.ts'
import type { DrbdState } from '../facts/drbd.ts'
import { type DrbdMetadata, drbdMetadata } from '../facts/drbd-metadata.ts'
import { compareGenerations } from '../facts/generations.ts'
import { drbdOf } from '../facts/group.ts'
import { run } from './_command.ts'
import { isConnected } from './_drbd-words.ts'
import { respectHold } from './_hold.ts'
import { isolationOf } from './_isolation.ts'
import { overVolumes } from './_storage.ts'

interface Found {
  readonly facts: { readonly status: Fact<DrbdState>; readonly metadata: Fact<DrbdMetadata> }
}

/** A connection that takes longer than this has a reason: a link, a firewall, a peer that is down. */
const patienceMs = 90_000

/**
 * The nodes replicate to each other. One that gave up the connection is connected again only where
 * the data are of one line: after a split-brain somebody must choose whose changes are lost.
 */
export default respectHold(
  defineStepOver({
    id: 'drbd-connected',
    title: 'Wait for DRBD to connect',
    joint: true,
    over: overVolumes,
    reads: ({ cluster, host, item }) => ({
      status: drbdOf(cluster, item),
      metadata: drbdMetadata(cluster, host, item),
    }),
    diff(given, self, peer): Diff {
      const status = factValue(self.facts.status)
      const name = given.item.name
      if (status === undefined)
        return refusal(
          'drbd-down',
          `${name} is not up on ${given.host.name}${self.facts.status.state === 'unknown' ? `: ${self.facts.status.reason}` : ''}`,
          `run the step drbd-up first, or look at \`drbdadm -d up ${name}\` there`,
        )
      if (isConnected(status.connection)) return inSync
      const isolated = isolationOf(peer, peer.facts.status)
      if (isolated !== undefined)
        return { kind: 'in-sync', note: `${given.peer.name} is held and does not replicate (${isolated})` }
      const refused = refuseDivergence(given, self, peer)
      if (refused !== undefined) return refused
      const expected = [expectConnected(given, self, peer)]
      if (status.connection === 'StandAlone') return connect(name, expected)
      return {
        kind: 'wait',
        summary: `${name} finds its peer (now ${status.connection})`,
        noProgressMs: patienceMs,
        expect: { self: expected },
      }
    },
  }),
)

function connect(resource: string, expected: readonly Expectation[]): Change {
  return {
    kind: 'change',
    summary: `connect ${resource} again: it stands alone, and no data diverged`,
    symbol: '~',
    risk: 'safe',
    actions: [
      run(['drbdadm', 'connect', resource], {
        guard: {
          expects: `${resource} stands alone`,
          script: `now=$(drbdadm cstate ${resource} 2>&1); [ "$now" = StandAlone ] || { echo "$now"; exit 1; }`,
        },
      }),
    ],
    expect: { self: expected },
  }
}

/**
 * Why a node that stands alone must not simply be connected. Nodes that still look for each other
 * are left to DRBD, which compares the same and stands alone when it finds no answer.
 */
function refuseDivergence(
  { item, host, peer }: Given<Volume>,
  own: Found,
  other: Found,
): Refusal | undefined {
  const standsAlone = [own, other].some(({ facts }) => factValue(facts.status)?.connection === 'StandAlone')
  if (!standsAlone) return undefined
  const [ownData, otherData] = [factValue(own.facts.metadata), factValue(other.facts.metadata)]
  if (ownData === undefined || otherData === undefined)
    return refusal(
      'unknown-lineage',
      `${item.name} stands alone, and whether ${host.name} and ${peer.name} hold data of one line is not known`,
      `make the metadata of both readable (drbdadm show-gi ${item.name}), then run again`,
    )
  const related = compareGenerations(ownData.generations, otherData.generations)
  if (related === 'diverged')
    return refusal(
      'split-brain',
      `${item.name} is in a split-brain: ${host.name} and ${peer.name} both changed it after they were last one`,
      'compare both sides with `nfsha split-brain show` and choose whose changes are lost; then `nfsha split-brain repair --discard NODE`',
    )
  if (related === 'unrelated')
    return refusal(
      'unrelated-data',
      `the data of ${item.name} on ${host.name} and ${peer.name} have no common past`,
      `one of the two disks belongs elsewhere: correct the inventory; or give one up with \`drbdadm down ${item.name}\` and \`drbdadm wipe-md ${item.name}\` there, and deploy with --allow-data-loss`,
    )
  return undefined
}

/** What this node sees once the peer is there: the peer's own role and disk, as it saw them. */
function expectConnected({ cluster, item }: Given<Volume>, self: Found, peer: Found): Expectation {
  const [own, other] = [factValue(self.facts.status), factValue(peer.facts.status)]
  return expects(
    drbdOf(cluster, item),
    present({
      connection: 'Connected',
      role: own?.role ?? 'Secondary',
      peerRole: other?.role ?? 'Secondary',
      // Outdated vanishes with the connection, at once or after a resync (drbd_state.c, sanitize_state).
      disk: own?.disk === 'Outdated' ? 'UpToDate' : (own?.disk ?? 'UpToDate'),
      peerDisk: other?.disk === 'Outdated' ? 'UpToDate' : (other?.disk ?? 'UpToDate'),
    }),
  )
}
