import type { Guard } from '../core/action.ts'
import type { Node, Volume } from '../core/cluster.ts'
import {
  type Change,
  type Diff,
  type Expected,
  expects,
  inSync,
  refusal,
  type Side,
  type Wait,
} from '../core/diff.ts'
import { factValue, present } from '../core/fact.ts'
import { printable } from '../core/printable.ts'
import type { Reads } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { defineStepOver, type Given } from '../core/step.ts'
import { drbdSync } from '../facts/drbd.ts'
import { answerTo, drbdOf } from '../facts/group.ts'
import { run } from './_command.ts'
import { consentFor } from './_disk-contents.ts'
import { isConnected, isSyncing } from './_drbd-words.ts'
import { type Repair, repairOf, splitBrainReads, stateOf } from './_split-brain.ts'
import { overVolumes } from './_storage.ts'

/** A connection that takes longer has a reason; a resync that moves no block for so long is stuck. */
const patienceMs = 120_000
/** Files that the plan names. */
const named = 12

/**
 * The volume is one again, with the survivor's data: the other node connects and gives its changes up
 * (drbdadm(8), connect --discard-my-data), the survivor lets it, and what differs is copied back. The
 * loss must have been consented to by name.
 */
export default defineStepOver({
  id: 'split-brain-discard',
  title: "Give one side's changes up",
  joint: true,
  over: overVolumes,
  reads: (given: Given<Volume>): Reads => splitBrainReads(given),
  diff(given, self, peer): Diff {
    const repair = repairOf(given)
    const { cluster, host, item } = given
    const [own, other] = [stateOf(cluster, self, item), stateOf(cluster, peer, item)]
    if (repair === undefined || own === undefined || other === undefined) return inSync
    if (isConnected(own.connection)) {
      const isWhole = own.disk === 'UpToDate' && own.peerDisk === 'UpToDate' && !isSyncing(own.connection)
      return isWhole ? inSync : untilWhole(given, self, peer)
    }
    if (host.name !== repair.discard)
      return own.connection === 'StandAlone' ? accept(given, self, peer) : untilWhole(given, self, peer)
    if (![own, other].some(({ connection }) => connection === 'StandAlone'))
      return untilWhole(given, self, peer)
    return discard(given, repair, self, peer)
  },
})

type Sided = Side<Reads, Node>

function discard(given: Given<Volume>, repair: Repair, self: Sided, peer: Sided): Diff {
  const { host, item, params, peer: survivor } = given
  const consent = consentFor({ path: '', volume: item, node: host })
  const lost = repair.evidence.lost[item.name]
  const what = lost === undefined ? 'which files is not known' : countOf(lost)
  if (!params.allowDataLoss.includes(consent))
    return refusal(
      'data-loss',
      `what ${host.name} wrote to ${item.name} since the sides parted would be lost: ${what}`,
      `compare both with \`nfsha split-brain show --all\`; if that may go, add --allow-data-loss ${consent}, and --copy DIRECTORY to keep a copy`,
      joined(given, self, peer),
    )
  return {
    kind: 'change',
    symbol: '!',
    summary: `give up what ${host.name} wrote to ${item.name} since the sides parted (${what}), and take ${survivor.name}'s data`,
    risk: 'destructive',
    actions: [run(['drbdadm', 'connect', '--discard-my-data', item.name], { guard: passiveAndAlone(item) })],
    expect: joined(given, self, peer),
    consumed: [consent],
    display: [{ kind: 'lines', lines: linesOf(lost ?? []) }],
  }
}

function countOf(lost: readonly string[]): string {
  return lost.length === 0
    ? 'no file differs'
    : `${lost.length} paths, ${lost.slice(0, 3).map(printable).join(', ')}${lost.length > 3 ? '…' : ''}`
}

function linesOf(lost: readonly string[]): readonly string[] {
  const left = lost.length - named
  return [...lost.slice(0, named).map(printable), ...(left > 0 ? [`and ${left} more`] : [])]
}

/** The survivor's side: it stands alone since it found the other side's data to be of another line. */
function accept(given: Given<Volume>, self: Sided, peer: Sided): Change {
  const { item, peer: victim } = given
  return {
    kind: 'change',
    symbol: '~',
    summary: `connect ${item.name} again, for ${victim.name} to take the data from here`,
    risk: 'safe',
    actions: [run(['drbdadm', 'connect', item.name], { guard: goodAndAlone(item) })],
    expect: joined(given, self, peer),
  }
}

function untilWhole(given: Given<Volume>, self: Sided, peer: Sided): Wait {
  const { cluster, item } = given
  const state = stateOf(cluster, self, item)
  const sync = factValue(answerTo(self.facts, drbdSync(item, cluster.platform.drbdDialect)))
  const left = sync?.finish === undefined ? '' : `, ${sync.finish} left`
  return {
    kind: 'wait',
    summary: `wait until both sides of ${item.name} are one`,
    noProgressMs: patienceMs,
    progress: `${item.name} is ${state?.connection}${sync ? ` (${sync.percent} %${left})` : ''}`,
    ...(sync && { fraction: sync.percent / 100 }),
    expect: joined(given, self, peer),
  }
}

/** Both nodes connected and whole; each with the role that it has. */
function joined({ cluster, item }: Given<Volume>, self: Sided, peer: Sided): Expected {
  const [own, other] = [self, peer].map(side => stateOf(cluster, side, item)?.role ?? 'Secondary')
  const whole = { connection: 'Connected', disk: 'UpToDate', peerDisk: 'UpToDate' }
  const state = (role = 'Secondary', peerRole = 'Secondary') =>
    expects(drbdOf(cluster, item), present({ ...whole, role, peerRole }))
  return { self: [state(own, other)], peer: [state(other, own)] }
}

/** The last look before anything is given up: this side is used by nobody, and has not joined the other by itself. */
function passiveAndAlone(volume: Volume): Guard {
  const name = quote(volume.name)
  return {
    expects: `${volume.name} to be Secondary, unmounted and StandAlone here`,
    script: `now="$(drbdadm role ${name} 2>&1) $(drbdadm cstate ${name} 2>&1)"
case $now in Secondary*' StandAlone') ;; *) echo "it is $now"; exit 1 ;; esac
! grep -q '^${volume.device} ' /proc/mounts || { echo "it is mounted"; exit 1; }`,
  }
}

function goodAndAlone(volume: Volume): Guard {
  const name = quote(volume.name)
  return {
    expects: `${volume.name} to be UpToDate and StandAlone here`,
    script: `now="$(drbdadm dstate ${name} 2>&1) $(drbdadm cstate ${name} 2>&1)"
case $now in UpToDate*' StandAlone') ;; *) echo "it is $now"; exit 1 ;; esac`,
  }
}
