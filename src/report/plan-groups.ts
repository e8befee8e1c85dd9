import type { DiffRecord, StepRecord } from './plan-record.ts'

/** Hosts of one step on which the same is to be done. */
export interface HostGroup {
  readonly hosts: readonly string[]
  readonly diff: DiffRecord
}

/** What differs only by host is shown once; both nodes of a pair mostly need the same. */
export function groupHosts(step: StepRecord): readonly HostGroup[] {
  const groups = new Map<string, { hosts: string[]; diff: DiffRecord }>()
  for (const { host, diff } of step.hosts) {
    const key = JSON.stringify(diff)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { hosts: [host], diff })
    else group.hosts.push(host)
  }
  return [...groups.values()]
}
