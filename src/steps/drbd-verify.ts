import type { Volume } from '../core/cluster.ts'
import { type Change, type Diff, expects, inSync, type Refusal, refusal, type Wait } from '../core/diff.ts'
import { type Fact, factValue, present } from '../core/fact.ts'
import { quote } from '../core/quote.ts'
import { defineStepOver, type Given } from '../core/step.ts'
import { type DrbdProgress, type DrbdState, drbdSync } from '../facts/drbd.ts'
import { drbdOf } from '../facts/group.ts'
import { verified, verifyBegun, verifyMark } from '../facts/verified.ts'
import { isConnected } from './_drbd-words.ts'
import { overVolumes } from './_storage.ts'

/** A comparison that reads no block for so long is stuck. */
const patienceMs = 300_000

/**
 * Both sides of the volume were compared block by block since it was asked for (drbdadm(8), verify): begun
 * on the active node, waited for, whatever came of it. The service goes on meanwhile; the disks are busy.
 */
export default defineStepOver({
  id: 'drbd-verify',
  title: 'Compare both sides of the volume',
  joint: true,
  over: overVolumes,
  reads: ({ cluster, item }) => ({
    status: drbdOf(cluster, item),
    progress: drbdSync(item, cluster.platform.drbdDialect),
    begun: verifyBegun(item),
    record: verified(item),
  }),
  diff(given, { facts }): Diff {
    const { verify } = given.params
    if (verify === undefined || factValue(facts.record)?.at === verify) return inSync
    const status = factValue(facts.status)
    if (status === undefined || !isConnected(status.connection)) return notConnected(given, status)
    const isBegun = factValue(facts.begun) === verify
    if (/^Verify/.test(status.connection))
      return isBegun || !begins(given, status)
        ? waitForEnd(given, status, facts.progress)
        : alreadyRuns(given, facts.progress)
    if (isBegun || !begins(given, status)) return inSync
    if (status.connection !== 'Connected' || status.disk !== 'UpToDate' || status.peerDisk !== 'UpToDate')
      return notWhole(given, status)
    return begin(given, status, verify)
  },
})

/** The active node; with both passive, the preferred one. */
function begins({ cluster, host }: Given<Volume>, { role, peerRole }: DrbdState): boolean {
  if (role === 'Primary' || peerRole === 'Primary') return role === 'Primary'
  return host.name === cluster.preferredNode
}

function begin({ cluster, item }: Given<Volume>, status: DrbdState, verify: string): Change {
  return {
    kind: 'change',
    symbol: '~',
    summary: `compare both sides of ${item.name} block by block, beside the running service`,
    risk: 'safe',
    actions: [
      {
        kind: 'run',
        argv: ['drbdadm', 'verify', item.name],
        timeoutMs: 60_000,
        guard: {
          expects: `${item.name} is connected and idle`,
          script: `now=$(drbdadm cstate ${quote(item.name)})\n[ "$now" = Connected ] || { echo "it is $now"; exit 1; }`,
        },
      },
      {
        kind: 'put',
        path: verifyMark(item),
        content: [`${verify}\n`],
        mode: '0644',
        owner: 'root:root',
      },
    ],
    // As it is once the comparison, which is waited for, has ended.
    expect: {
      self: [expects(drbdOf(cluster, item), present(status)), expects(verifyBegun(item), present(verify))],
    },
  }
}

function waitForEnd({ cluster, item }: Given<Volume>, status: DrbdState, sync: Fact<DrbdProgress>): Wait {
  const progress = factValue(sync)
  return {
    kind: 'wait',
    summary: `wait until both sides of ${item.name} are compared`,
    noProgressMs: patienceMs,
    ...(progress && { progress: progressText(progress), fraction: progress.percent / 100 }),
    expect: { self: [expects(drbdOf(cluster, item), present({ ...status, connection: 'Connected' }))] },
  }
}

function progressText({ percent, kibPerSecond, finish }: DrbdProgress): string {
  const speed = kibPerSecond === undefined ? '' : `, ${(kibPerSecond / 1024).toFixed(1)} MiB/s`
  return `${percent} %${speed}${finish === undefined ? '' : `, ${finish} to go`}`
}

function notConnected({ item, host, peer }: Given<Volume>, status: DrbdState | undefined): Refusal {
  return refusal(
    'drbd-not-connected',
    `${item.name} is not connected on ${host.name} (${status?.connection ?? 'down'}), so there is nothing to compare it with`,
    `see \`nfsha status\`; the volume must be connected to ${peer.name} and UpToDate on both`,
  )
}

function notWhole({ item, host }: Given<Volume>, { connection, disk, peerDisk }: DrbdState): Refusal {
  return refusal(
    'not-in-sync',
    `${item.name} is ${connection} and ${disk}/${peerDisk} on ${host.name}: one side is known to differ`,
    'wait until `nfsha status` says Connected and UpToDate on both, then run again',
  )
}

function alreadyRuns({ item }: Given<Volume>, sync: Fact<DrbdProgress>): Refusal {
  const progress = factValue(sync)
  return refusal(
    'verify-runs',
    `a comparison of ${item.name} that somebody else began is running${progress === undefined ? '' : ` (${progressText(progress)})`}`,
    'let it end, then run again',
  )
}
