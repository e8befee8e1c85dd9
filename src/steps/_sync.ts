import type { Cluster, Volume } from '../core/cluster.ts'
import { expects, type Wait } from '../core/diff.ts'
import { present } from '../core/fact.ts'
import type { DrbdProgress, DrbdState } from '../facts/drbd.ts'
import { drbdOf } from '../facts/group.ts'

/** A resync that moves no bit for so long is stuck. */
const patienceMs = 300_000

/** Until both sides of a volume have the same data; told as it goes on. */
export function waitForSync(
  cluster: Cluster,
  volume: Volume,
  status: DrbdState,
  progress: DrbdProgress | undefined,
): Wait {
  return {
    kind: 'wait',
    summary: `${volume.name} is in sync (now ${status.connection})`,
    noProgressMs: patienceMs,
    ...(progress && { progress: progressText(progress), fraction: progress.percent / 100 }),
    expect: {
      self: [
        expects(
          drbdOf(cluster, volume),
          present({ ...status, connection: 'Connected', disk: 'UpToDate', peerDisk: 'UpToDate' }),
        ),
      ],
    },
  }
}

/** `41.2 %, 310 MiB left, 3.2 MiB/s, 0:01:37`. */
export function progressText({ percent, outOfSyncKib, kibPerSecond, finish }: DrbdProgress): string {
  const mib = (kib: number) => `${(kib / 1024).toFixed(1)} MiB`
  return [
    `${percent} %`,
    `${mib(outOfSyncKib)} left`,
    ...(kibPerSecond === undefined ? [] : [`${mib(kibPerSecond)}/s`]),
    ...(finish === undefined ? [] : [`${finish} to go`]),
  ].join(', ')
}
