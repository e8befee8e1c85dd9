import type { Cluster } from '../core/cluster.ts'

/** How long a client's I/O is predicted to stall, in seconds. */
export interface FailoverPrediction {
  readonly switchover: readonly [number, number]
  readonly crash: readonly [number, number]
  /** The most that is added when a client of before is gone, or one speaks NFS 4.0. */
  readonly deadClient: number
}

/**
 * What is predicted from the timers, for NFS 4.1 and 4.2 with all clients alive. The parts beside
 * deadtime (3 to 7 s planned, 3 to 8 s after a crash: group start, grace, reconnect) and the 2.7 s
 * around grace were measured on KVM with the tickle and the client database on the volume; without
 * that database nobody can end grace early, so all of it is added.
 */
export function predictFailover({ heartbeat, nfs }: Pick<Cluster, 'heartbeat' | 'nfs'>): FailoverPrediction {
  const deadtime = heartbeat.deadtimeMs / 1000
  const grace = nfs.clientDatabaseOnVolume ? 0 : nfs.graceSeconds
  return {
    switchover: [3 + grace, 7 + grace],
    crash: [deadtime + 3 + grace, deadtime + 8 + grace],
    deadClient: nfs.clientDatabaseOnVolume ? nfs.graceSeconds + 2.7 : 0,
  }
}

/** What is predicted of a planned move alone. */
export function switchoverLine({ switchover: [low, high], deadClient }: FailoverPrediction): string {
  const more = deadClient === 0 ? '' : `, up to ${rounded(deadClient)} s more when one of them is gone`
  return `Predicted stall for clients: ${rounded(low)} to ${rounded(high)} s${more}`
}

export function failoverLine({ switchover, crash, deadClient }: FailoverPrediction): string {
  const range = ([low, high]: readonly [number, number]) => `${rounded(low)} to ${rounded(high)} s`
  const more = deadClient === 0 ? '' : `; up to ${rounded(deadClient)} s more when a client is gone`
  return `Predicted stall for clients: ${range(switchover)} in a switchover, ${range(crash)} after a crash${more}`
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10
}
