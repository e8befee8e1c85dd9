import type { Cluster, Export, Host, Vip } from '../core/cluster.ts'
import type { Probe } from '../core/probe.ts'
import { drbdBacklog, drbdSync } from '../facts/drbd.ts'
import { drillRecord } from '../facts/drill-record.ts'
import { exportsPath, exportsServed } from '../facts/exports.ts'
import { groupProbes } from '../facts/group.ts'
import { groupHistory } from '../facts/group-history.ts'
import { promotionGuard } from '../facts/guard.ts'
import { heartbeat } from '../facts/heartbeat.ts'
import { heartbeatView } from '../facts/heartbeat-view.ts'
import { hold } from '../facts/hold.ts'
import { interfaces } from '../facts/interface.ts'
import { monitorState } from '../facts/monitor.ts'
import { nfsClients } from '../facts/nfs-clients.ts'
import { pendingMove } from '../facts/pending-move.ts'
import { rehearsalHere } from '../facts/rehearsal.ts'
import { routeTo } from '../facts/route.ts'
import { runs } from '../facts/runs.ts'
import { startFailure } from '../facts/start-failed.ts'
import { systemRoom } from '../facts/system-room.ts'
import { clock, timeUnit } from '../facts/time.ts'
import { unit } from '../facts/unit.ts'
import { verified } from '../facts/verified.ts'
import { type VipAnswers, vipAnswers } from '../facts/vip-answers.ts'
import { volumeHealth } from '../facts/volume-health.ts'
import { clientProbes } from './clients.ts'

/** What `status` asks, by host name: the nodes about everything, the clients about the VIPs and their mounts. */
export function statusProbes(cluster: Cluster): Readonly<Record<string, readonly Probe<unknown>[]>> {
  const hosts: readonly Host[] = [...cluster.nodes, ...cluster.clients]
  const ofClients = clientProbes(cluster)
  return Object.fromEntries(
    hosts.map(host => [
      host.name,
      [
        ...(host.kind === 'node' ? nodeProbes(cluster, host.name) : []),
        ...vipQuestions(cluster).map(({ probe }) => probe),
        ...(ofClients[host.name] ?? []),
      ],
    ]),
  )
}

/** A question about a VIP: how it answers, and whether it shows this export. */
export interface VipQuestion {
  readonly vip: Vip
  readonly export: Export
  readonly probe: Probe<VipAnswers>
}

/** One question a VIP, about the first export; without exports there is nothing to look at. */
export function vipQuestions({ vips, exports: [first] }: Cluster): readonly VipQuestion[] {
  return first === undefined ? [] : vips.map(vip => ({ vip, export: first, probe: vipAnswers(vip, first) }))
}

function nodeProbes(cluster: Cluster, node: string): readonly Probe<unknown>[] {
  const { platform, volumes, name } = cluster
  const daemon = timeUnit(cluster)
  return [
    // First, so that both nodes are asked at nearly the same time.
    clock,
    ...groupProbes(cluster),
    ...volumes.flatMap(volume => [
      drbdSync(volume, platform.drbdDialect),
      drbdBacklog(volume, platform.drbdDialect),
      verified(volume),
      volumeHealth(volume),
    ]),
    heartbeat(platform.paths),
    heartbeatView,
    unit(platform.units.heartbeat),
    hold,
    promotionGuard,
    startFailure,
    monitorState,
    ...volumes.slice(0, 1).map(first => groupHistory(name, first.name)),
    drillRecord,
    exportsServed(exportsPath(cluster)),
    rehearsalHere,
    pendingMove(cluster),
    nfsClients,
    interfaces,
    ...(cluster.hostRoutes[node] ?? []).map(({ destination }) => routeTo(destination)),
    ...(daemon === undefined ? [] : [unit(daemon)]),
    systemRoom,
    runs,
  ]
}
