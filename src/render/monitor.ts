import { recordsV40 } from '../core/client-tracking.ts'
import { type Cluster, type Node, stateVolume } from '../core/cluster.ts'
import {
  groupScript,
  handedOverStartMs,
  peerStartFailedRecord,
  rehearsalScript,
} from '../core/group-command.ts'
import { monitorWatchdogMs } from '../core/monitor-pace.ts'
import { groupView, guardPatienceMs, nodeView } from './group.ts'
import { linkEnd } from './heartbeat.ts'
import { databaseDirectory, stateMiB } from './nfs.ts'
import type { View } from './view.ts'

/** Where the configuration of the webhook's curl lies on the nodes. */
export const webhookPath = '/etc/nfsha/webhook'

const seconds = (milliseconds: number): string => String(milliseconds / 1000)

/** A survey costs dozens of processes: one a minute. */
const surveyEveryMs = 60_000

/** The monitor's script; the same on both nodes, so it holds what each of them needs. */
export const monitorScriptView: View = viewed => {
  const { cluster } = viewed
  const { monitor, platform, nfs } = cluster
  const { command, mail, webhook } = monitor.notify
  return {
    ...groupView(viewed),
    nodes: cluster.nodes.map(node => ({
      ...nodeView(cluster, node),
      self: node.name.toLowerCase(),
      own: cluster.group === 'lean' ? ownAddresses(cluster, node) : [],
      routes: cluster.hostRoutes[node.name] ?? [],
      heldWords: heldWords(cluster, node.name),
    })),
    keptNics: keptNics(cluster),
    tickle: cluster.group === 'lean' && nfs.tickle,
    helpers: [
      platform.units.mountd,
      ...(databaseDirectory(cluster) === undefined ? [] : [platform.units.nfsdcld]),
    ],
    peerStartFailed: peerStartFailedRecord,
    share: platform.paths.heartbeatShare,
    groupScript: groupScript(cluster),
    recordsV40: recordsV40(cluster),
    stateMount: stateVolume(cluster).mountPoint,
    // What the file takes must be nobody's last.
    stateLeastMiB: 4 * stateMiB,
    rehearsal: rehearsalScript,
    groupStart: groupStart(cluster),
    localRestart: monitor.localRestart,
    handOver: monitor.handOver,
    reset: monitor.reset,
    failures: monitor.failures,
    maxMoves: monitor.maxHandOvers,
    intervalSeconds: seconds(monitor.intervalMs),
    callSeconds: seconds(monitor.checkTimeoutMs),
    ...limits(cluster),
    hooks: command !== undefined || mail !== undefined || webhook !== undefined,
    command,
    mail,
    webhook: webhook === undefined ? undefined : webhookPath,
  }
}

/** The node's own address on each VIP's link, in a variable. */
function ownAddresses({ vips }: Cluster, node: Node) {
  return vips.map(({ link }, index) => ({
    variable: `own${index + 1}`,
    address: linkEnd(node, link).address,
  }))
}

/** The NICs, on either node, of what the monitor puts back. */
function keptNics({ nodes, vips, hostRoutes }: Cluster): readonly string[] {
  const nics = nodes.flatMap(node => [
    ...vips.map(({ link }) => linkEnd(node, link).nic),
    ...(hostRoutes[node.name] ?? []).map(({ nic }) => nic),
  ])
  return [...new Set(nics)].toSorted()
}

/** Times of the script. A whole look may take its one slow part and what is quick around it. */
function limits(cluster: Cluster) {
  const { monitor } = cluster
  const probeMs = monitor.checkTimeoutMs + 5000
  return {
    probeSeconds: seconds(probeMs),
    // Until it has been killed: timeout -k 2, and the rest of an interval.
    probeLimitMs: probeMs + 3000,
    surveyTicks: Math.max(2, Math.round(surveyEveryMs / monitor.intervalMs)),
    pauseMs: monitor.pauseMs,
    pauseSeconds: seconds(monitor.pauseMs),
    startMs: monitor.startPatienceMs,
    // Two looks: what heartbeat has only just been told may still be on its way.
    refusedMs: Math.min(monitor.startPatienceMs, 2 * monitor.intervalMs),
    // The guard may wait for the peer; the rest has an end of its own, and then a kill.
    startHangsMs: guardPatienceMs(cluster) + handedOverStartMs + 60_000,
    releaseMs: monitor.releaseTimeoutMs,
    fullPercent: monitor.fullPercent,
    slowMs: monitor.slowAfterMs,
    halfWindowMs: 15_000,
    repeatMs: monitor.repeatMs,
    repeatSeconds: seconds(monitor.repeatMs),
    // Longer ago than any pause.
    never: -1_000_000_000_000,
  }
}

/** The words of `cl_status rscstatus` by which heartbeat says that this node holds the group. */
function heldWords({ preferredNode }: Cluster, name: string): string {
  return name === preferredNode ? 'local all' : 'foreign all'
}

/** Words of a shell that start what is missing of the group. */
function groupStart({ group, name, platform, volumes }: Cluster): string {
  const { haDir, heartbeatShare } = platform.paths
  if (group === 'lean') return `${haDir}/resource.d/nfsha ${name} start`
  // Takes the chain of agents by its key, the first resource (heartbeat, ResourceManager).
  return `${heartbeatShare}/ResourceManager takegroup drbddisk::${volumes[0]?.name ?? ''}`
}

export const monitorUnitView: View = ({ cluster: { monitor } }) => ({
  watchdogSeconds: Math.ceil(monitorWatchdogMs(monitor) / 1000),
})

/** curl(1), -K. A reference whose value is no plain URL was refused with the inventory. */
export const monitorWebhookView: View = ({ cluster: { monitor }, hide }) => ({
  url: monitor.notify.webhook === undefined ? undefined : hide(monitor.notify.webhook),
})
