import type { ClusterStatus, Verdict } from '../../status/status.ts'
import { takeoverText } from '../history-text.ts'
import { badge, documentPage, type Tone } from '../page/document.ts'
import { breakable, type Html, html, when } from '../page/html.ts'
import { table } from '../page/table.ts'
import { plain } from '../paint.ts'
import { nodeTable } from '../status-table.ts'
import { topologyChart } from './drawing.ts'
import { topologyOf } from './topology.ts'

const tones: Readonly<Record<Verdict, Tone>> = {
  healthy: 'good',
  degraded: 'warn',
  down: 'bad',
  'split-brain': 'bad',
  unanswered: 'bad',
}

export interface PageMoment {
  /** ISO 8601, UTC: when the hosts were asked. A picture without its time would pass for the present. */
  readonly takenAt: string
}

/** A status as one self-contained page with the cluster drawn. Import it lazily: it brings the plotting library. */
export function statusPage(status: ClusterStatus, { takenAt }: PageMoment): string {
  const { cluster, verdict, reason, next } = status
  return documentPage(
    `${cluster}: ${verdict}`,
    html`<header>
<p class="eyebrow">nfsha status · ${takenAt.slice(0, 10)} ${takenAt.slice(11, 19)} UTC</p>
<h1>${cluster}: ${reason}</h1>
<p>${badge(verdict, tones[verdict])}</p>
</header>
${when(next !== undefined, () => html`<p class="next"><strong>Next:</strong> ${commands(next ?? '')}</p>`)}
${topologyChart(topologyOf(status), spoken(status))}
${concernsSection(status)}
${pendingSection(status)}
${whySection(status)}
<h2>Both nodes</h2>
${nodesTable(status)}
${clientsSection(status)}
${nfsClientsSection(status)}
${historySection(status)}
<footer>What the hosts said when they were asked; this page does not renew itself, and asks the network for nothing.</footer>`,
  )
}

/** Words between backticks are commands. */
function commands(text: string): readonly Html[] {
  return text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))
}

function spoken({ cluster, verdict, reason, concerns }: ClusterStatus): string {
  const all = concerns.map(({ host, text }) => (host === undefined ? text : `${host}: ${text}`))
  return `${cluster} is ${verdict}: ${[reason, ...all].join('; ')}. The tables below say the same.`
}

function concernsSection({ concerns }: ClusterStatus): Html | undefined {
  return when(
    concerns.length > 0,
    () => html`<h2>What is not as it should be</h2>
<ul>${concerns.map(
      ({ host, text, next }) =>
        html`<li>${host === undefined ? '' : `${host}: `}${text}${
          next === undefined ? undefined : html`<br><span class="faint">fix: ${commands(next)}</span>`
        }</li>`,
    )}</ul>`,
  )
}

function pendingSection({ pending }: ClusterStatus): Html | undefined {
  return when(
    pending.length > 0,
    () => html`<h2>Pending until the next move</h2>
<ul>${pending.map(({ host, text }) => html`<li>${host}: ${text}</li>`)}</ul>`,
  )
}

function whySection({ active, why }: ClusterStatus): Html | undefined {
  return when(
    why.length > 0,
    () => html`<h2>${active === undefined ? 'What was seen' : `Why we believe that ${active} serves`}</h2>
<ul>${why.map(reason => html`<li>${reason}</li>`)}</ul>`,
  )
}

function nodesTable({ nodes, active }: ClusterStatus): Html {
  const [head = [], ...rows] = nodeTable(nodes, active, plain)
  return table(
    'Side by side, as each says of itself',
    head.map(name => (name === '' ? { name: 'subject' } : { name, head: breakable(name) })),
    rows,
  )
}

function clientsSection({ clients }: ClusterStatus): Html | undefined {
  return when(
    clients.length > 0,
    () =>
      html`<h2>Clients</h2>${table(
        'What they get from the VIP',
        [{ name: 'client' }, { name: 'VIP' }, { name: 'answers' }],
        clients.flatMap(({ name, answered, problem, vips }) =>
          answered
            ? vips.map(({ address, answers, text }) => [breakable(name), address, withReason(answers, text)])
            : [[breakable(name), '', withReason('not reached', problem)]],
        ),
      )}`,
  )
}

function withReason(word: string, reason: string | undefined): string {
  return reason === undefined || word === 'yes' ? word : `${word}: ${reason}`
}

function nfsClientsSection({ nodes, active }: ClusterStatus): Html | undefined {
  const all = nodes.find(({ name }) => name === active)?.nfs.clients ?? []
  return when(
    all.length > 0,
    () =>
      html`<h2>Who uses it now</h2>${table(
        `As the NFS server on ${active ?? ''} lists them`,
        [
          { name: 'address' },
          { name: 'NFS' },
          { name: 'state' },
          { name: 'opens, locks', isNumber: true },
          { name: 'calls itself', isExtra: true },
        ],
        all.map(({ address, version, status, states, name }) => [
          address,
          version,
          status,
          states,
          name ?? '',
        ]),
      )}`,
  )
}

function historySection({ failover, lastRun, running, drift, notes }: ClusterStatus): Html | undefined {
  const lines = [
    ...(running === undefined ? [] : [`${running.playbook} by ${running.by} goes on (run ${running.id})`]),
    ...(failover === undefined ? [] : [takeoverText(failover)]),
    ...(lastRun === undefined
      ? []
      : [
          `last run: ${lastRun.playbook} by ${lastRun.by}, ${lastRun.result ?? 'unfinished'} (${lastRun.id})`,
        ]),
    ...(drift === undefined
      ? []
      : [`drift: ${drift.change} to change, ${drift.wait} to wait for, ${drift.refusal} refused`]),
    ...notes,
  ]
  return when(
    lines.length > 0,
    () => html`<h2>Worth knowing</h2><ul>${lines.map(line => html`<li>${line}</li>`)}</ul>`,
  )
}
