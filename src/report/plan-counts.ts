import type { PlanRecord } from './plan-record.ts'

const kinds = [
  ['+', 'to create'],
  ['~', 'to change'],
  ['-', 'to remove'],
  ['!', 'to overwrite data'],
] as const

/** The line that counts each kind, over all steps and hosts, and the checks that stand against all of it. */
export function countsLine({ steps, counts }: PlanRecord, failedChecks = 0): string {
  const symbols = steps.flatMap(step =>
    step.hosts.flatMap(({ diff }) => (diff.kind === 'change' ? [diff.symbol] : [])),
  )
  const changes = kinds.map(
    ([symbol, words]) => `${symbol} ${symbols.filter(each => each === symbol).length} ${words}`,
  )
  const line = [
    ...changes,
    ...(counts.disruptive === 0 ? [] : [`${counts.disruptive} disruptive`]),
    `${counts.wait} to wait for`,
    ...(counts.refusal === 0 ? ['0 refused'] : []),
    ...(failedChecks === 0 ? [] : [`${failedChecks} ${failedChecks === 1 ? 'check' : 'checks'} failed`]),
    `= ${counts.inSync} in sync`,
  ].join(', ')
  return counts.refusal === 0 ? line : `${counts.refusal} refused, so nothing is done; else ${line}`
}
