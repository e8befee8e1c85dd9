import type { DrillResult } from '../../core/drill.ts'
import { pairs } from '../page/document.ts'
import { type Html, html, when } from '../page/html.ts'
import { table } from '../page/table.ts'
import { measured, signed } from '../page/words.ts'

/** What the client complained of, in its own words. */
export function errorsSection({ clientErrors }: DrillResult): Html {
  return html`<h2>What the client complained of</h2>${
    clientErrors.length === 0
      ? html`<p>Nothing: no operation and no message of its kernel failed.</p>`
      : html`<ul>${clientErrors.map(error => html`<li><code>${error}</code></li>`)}</ul>`
  }`
}

/** Where and how it ran, and how far its clocks and its quiet can be trusted. */
export function aboutSection(result: DrillResult): Html {
  const { environment, settings, lateHeartbeats, clockOffsets } = result
  return html`<h2>How it was measured</h2>
${pairs([
  ['deadtime', measured(settings.deadtimeMs)],
  ['keepalive', measured(settings.keepaliveMs)],
  ['grace period', `${settings.graceSeconds} s`],
  ['lease', `${settings.leaseSeconds} s`],
  ['fencing', settings.fencing],
  ['resource group', settings.group],
  ['machine', environment.machine],
  ['CPUs', environment.cpus],
  ['virtualisation', environment.accel],
  ['load before, after', `${environment.loadBefore.toFixed(2)}, ${environment.loadAfter.toFixed(2)}`],
])}
${when(clockOffsets.length > 0, () =>
  table(
    'Clocks, against the controller’s',
    [{ name: 'host' }, { name: 'off by', isNumber: true }, { name: 'sure to', isNumber: true }],
    clockOffsets.map(({ host, offsetMs, uncertaintyMs }) => [
      host,
      `${offsetMs < 0 ? '−' : '+'}${measured(Math.abs(offsetMs))}`,
      `± ${measured(uncertaintyMs)}`,
    ]),
  ),
)}
${lateSection(lateHeartbeats)}`
}

function lateSection(late: DrillResult['lateHeartbeats']): Html {
  if (late.length === 0)
    return html`<p class="faint">No late heartbeats: the machine was quiet enough for the timers.</p>`
  return table(
    'Late heartbeats: a busy machine, or a link that loses packets',
    [{ name: 'node' }, { name: 'when', isNumber: true }, { name: 'interval', isNumber: true }],
    late.map(({ node, atMs, intervalMs }) => [node, signed(atMs), measured(intervalMs)]),
  )
}
