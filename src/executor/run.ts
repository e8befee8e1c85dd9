import { randomBytes } from 'node:crypto'

/** Who runs what since when: it stands beside the lock and in the nodes' summaries. */
export interface RunIdentity {
  readonly id: string
  readonly who: string
  /** Host name of the controller. */
  readonly controller: string
  readonly pid: number
  /** ISO 8601. */
  readonly startedAt: string
  readonly playbook: string
}

/** A new run's id, sortable by time and unique: `20250102-030405-1f9c3a`. */
export function newRunId(now: Date): string {
  const [date = '', time = ''] = now.toISOString().split('T')
  return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${randomBytes(3).toString('hex')}`
}

/** What nfsha keeps on a node until it boots: locks, spools, notes of the group's scripts. */
export const runtimeDirectory = '/run/nfsha'

/** Where a run's outputs and exit codes are spooled on a node. */
export function runDirectory(runId: string): string {
  return `${runtimeDirectory}/runs/${runId}`
}
