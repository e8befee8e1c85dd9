import type { DrillResult, Stretch } from '../core/drill.ts'
import { durationText } from './duration.ts'
import { rangeText } from './failover.ts'
import { plural } from './page/words.ts'
import type { Paint } from './paint.ts'
import { columns } from './table.ts'

/** A drill's report for a terminal. */
export function drillText(result: DrillResult, paint: Paint): string {
  const { verdict, fault, writes, reasons } = result
  const isGood = verdict === 'passed'
  return [
    `${paint('title', `drill ${fault}`)} on ${result.cluster}: ${paint(isGood ? 'good' : 'bad', verdict)}`,
    ...reasons.map(reason => `  ${paint('bad', reason)}`),
    '',
    paint('title', 'Time line'),
    columns(
      result.moments.map(({ name, atMs, host, uncertaintyMs }) => [
        `  ${seconds(atMs)}`,
        name.replaceAll('-', ' '),
        host,
        paint('faint', `± ${uncertaintyMs} ms`),
      ]),
    ),
    ...phaseLines(result),
    '',
    paint('title', 'What the client noticed'),
    columns([
      ['  operation', 'NFS', 'worst', 'p99', 'median', 'done', 'failed'].map(head => paint('faint', head)),
      ...result.operations.map(each => [
        `  ${each.kind}`,
        each.nfsVersion,
        seconds(each.worstMs),
        seconds(each.p99Ms),
        seconds(each.p50Ms),
        String(each.count),
        each.failed === 0 ? '0' : paint('bad', String(each.failed)),
      ]),
    ]),
    ...result.clientErrors.map(error => `  ${paint('bad', error)}`),
    '',
    `Writes: ${writes.acknowledged} acknowledged, ${lost(result, paint)}`,
    `Locks: ${result.locks.map(each => `v${each.nfsVersion} ${['lost', 'unknown'].includes(each.result) ? paint('bad', each.result) : each.result}`).join(', ')}`,
    ...result.active.map(
      ({ node, during }) => `Active: ${node} ${during.map(stretch).join(', ') || 'never'}`,
    ),
    ...result.frozen.flatMap(({ node, during }) =>
      during.length === 0 ? [] : [`Writes frozen: ${node} ${during.map(stretch).join(', ')}`],
    ),
    ...oneCopyLines(result, paint),
    result.bothActive.length === 0
      ? 'Two active nodes: never'
      : paint('bad', `Two active nodes: ${result.bothActive.map(stretch).join(', ')}`),
    ...result.lateHeartbeats.map(
      ({ node, atMs, intervalMs }) => `Late heartbeat of ${node} at ${seconds(atMs)}: ${intervalMs} ms`,
    ),
    ...predictionLines(result),
    paint('faint', environmentLine(result)),
  ].join('\n')
}

function phaseLines({ phases }: DrillResult): readonly string[] {
  const groups = new Map<string, string[]>()
  for (const { node, verb, phase, durationMs } of phases) {
    const key = `${verb} on ${node}`
    groups.set(key, [...(groups.get(key) ?? []), `${phase} ${seconds(durationMs)}`])
  }
  return [...groups].map(([name, parts]) => `  group ${name}: ${parts.join(', ')}`)
}

function lost({ writes: { lost: count, corrupt, duplicated, gap } }: DrillResult, paint: Paint): string {
  if (count === 'unknown') return paint('bad', 'it is not known how many are lost')
  const more = [
    ...(corrupt > 0 ? [paint('bad', `${corrupt} corrupt`)] : []),
    ...(duplicated > 0 ? [`${duplicated} twice`] : []),
  ]
  const where = gap === undefined ? '' : ` (records ${gap[0]} to ${gap[1]})`
  return [count === 0 ? 'none lost' : paint('bad', `${count} LOST${where}`), ...more].join(', ')
}

function oneCopyLines({ oneCopy }: DrillResult, paint: Paint): readonly string[] {
  if (oneCopy === undefined) return []
  const { fromMs, toMs, hasEnded } = oneCopy
  const end = hasEnded ? '' : paint('bad', ', and at the end still')
  return [`One copy of the data: for ${durationText(toMs - fromMs)}, ${stretch(oneCopy)}${end}`]
}

function predictionLines({ prediction, operations }: DrillResult): readonly string[] {
  if (prediction === undefined) return []
  const { lowMs, highMs, from, drills } = prediction
  const worst = Math.max(...operations.filter(({ kind }) => kind === 'append').map(({ worstMs }) => worstMs))
  const source = drills === undefined ? 'drills of another kind' : plural(drills.count, 'drill')
  return [
    `Predicted ${rangeText([lowMs / 1000, highMs / 1000])} (from ${from === 'timers' ? 'the timers' : source}), measured ${seconds(worst)}`,
  ]
}

function environmentLine({ environment, settings, runId, variant }: DrillResult): string {
  const { accel, cpus, loadBefore, loadAfter } = environment
  return `${runId}, ${variant}, ${accel} on ${cpus} CPUs, load ${loadBefore} before and ${loadAfter} after; deadtime ${seconds(settings.deadtimeMs)}, grace ${settings.graceSeconds} s`
}

function stretch({ fromMs, toMs }: Stretch): string {
  return `${seconds(fromMs)} to ${seconds(toMs)}`
}

/** `12.34 s`, to hundredths: the clocks are not surer. */
/** `4.20 s` */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
