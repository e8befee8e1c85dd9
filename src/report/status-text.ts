import type { ClientStatus, ClusterStatus, NodeStatus, Verdict, VolumeStatus } from '../status/status.ts'
import type { Paint, Style } from './paint.ts'
import { columns } from './table.ts'

const styles: Readonly<Record<Verdict, Style>> = {
  healthy: 'good',
  degraded: 'warn',
  down: 'bad',
  'split-brain': 'bad',
  unanswered: 'bad',
}

/** The cluster on one screen: the verdict, why, the nodes side by side, what is wrong, what comes next. */
export function statusText(status: ClusterStatus, paint: Paint): string {
  const { cluster, verdict, reason, nodes, clients } = status
  return [
    `${paint('title', cluster)}: ${paint(styles[verdict], verdict)}: ${reason}`,
    ...section(paint('title', 'Active'), activeLines(status)),
    columns(nodeTable(nodes, status.active, paint)),
    ...section(
      paint('title', 'Clients'),
      clients.map(client => clientLine(client, paint)),
    ),
    ...section(paint('title', 'Concerns'), concernLines(status, paint)),
    ...section(paint('title', 'Notes'), status.notes),
    ...(status.next === undefined ? [] : [`${paint('good', 'next:')} ${status.next}`]),
  ].join('\n\n')
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [[title, ...lines.map(line => `  ${line}`)].join('\n')]
}

function activeLines({ active, why }: ClusterStatus): readonly string[] {
  if (active === undefined) return why
  return [`${active}${why.length === 0 ? '' : ', because:'}`, ...why.map(reason => `  ${reason}`)]
}

function concernLines({ concerns }: ClusterStatus, paint: Paint): readonly string[] {
  return concerns.flatMap(({ host, text, next }) => [
    `${paint('warn', '!')} ${host === undefined ? '' : `${host}: `}${text}`,
    ...(next === undefined ? [] : [`  ${paint('good', 'fix:')} ${next}`]),
  ])
}

/** One column a node, one row a subject. */
function nodeTable(
  nodes: readonly NodeStatus[],
  active: string | undefined,
  paint: Paint,
): readonly (readonly string[])[] {
  const row = (title: string, cell: (node: NodeStatus) => string) => [
    paint('faint', title),
    ...nodes.map(node => (node.answered ? cell(node) : paint('faint', '?'))),
  ]
  const [first] = nodes
  const held = nodes.some(node => node.held !== undefined) ? [row('hold', node => node.held ?? 'no')] : []
  return [
    ['', ...nodes.map(({ name }) => paint('title', name === active ? `${name} (active)` : name))],
    [
      paint('faint', 'answers'),
      ...nodes.map(({ answered }) => (answered ? paint('good', 'yes') : paint('bad', 'no'))),
    ],
    row('heartbeat', node => heartbeatCell(node, paint)),
    row('media', node => mediaCell(node, paint)),
    ...(first?.volumes ?? []).flatMap((volume, i) => volumeRows(volume.name, i, row, paint)),
    row('nfs', ({ nfs }) =>
      nfs.state === 'serving' ? paint('good', `${nfs.threads ?? '?'} threads`) : paint('faint', nfs.state),
    ),
    ...(first?.vips ?? []).map(({ address }, i) =>
      row(`vip ${address}`, ({ vips }) => {
        const nic = vips[i]?.nic
        return nic === undefined ? paint('faint', 'no') : paint('good', nic)
      }),
    ),
    ...held,
  ]
}

function heartbeatCell({ heartbeat }: NodeStatus, paint: Paint): string {
  const state = paint(heartbeat.state === 'running' ? 'good' : 'bad', heartbeat.state)
  const peer = heartbeat.peer === undefined ? '' : `, sees the other ${heartbeat.peer}`
  return `${state}${peer}`
}

function mediaCell({ heartbeat }: NodeStatus, paint: Paint): string {
  const links = heartbeat.links.map(({ to, medium, up }) => {
    const name = to === medium ? `ping ${to}` : medium
    return up ? name : paint('bad', `${name} DOWN`)
  })
  return links.length === 0 ? paint('faint', 'none seen') : links.join(', ')
}

type Row = (title: string, cell: (node: NodeStatus) => string) => readonly string[]

function volumeRows(name: string, i: number, row: Row, paint: Paint): readonly (readonly string[])[] {
  const on = (cell: (volume: VolumeStatus) => string) => (node: NodeStatus) => {
    const volume = node.volumes[i]
    return volume === undefined ? '' : cell(volume)
  }
  return [
    row(
      `drbd ${name}`,
      on(({ role, connection }) => `${role}, ${wordFor(connection, 'Connected', paint)}`),
    ),
    row(
      `disk ${name}`,
      on(({ disk, sync }) => {
        const progress = sync === undefined ? '' : `, ${syncText(sync)}`
        return `${wordFor(disk, 'UpToDate', paint)}${progress}`
      }),
    ),
    row(
      `mount ${name}`,
      on(({ mounted }) =>
        mounted === undefined ? 'unknown' : mounted ? paint('good', 'yes') : paint('faint', 'no'),
      ),
    ),
  ]
}

function syncText({ percent, kibPerSecond, finish }: NonNullable<VolumeStatus['sync']>): string {
  const speed = kibPerSecond === undefined ? '' : `, ${(kibPerSecond / 1024).toFixed(1)} MiB/s`
  return `${percent} %${speed}${finish === undefined ? '' : `, ${finish} left`}`
}

function wordFor(word: string, good: string, paint: Paint): string {
  return paint(word === good ? 'good' : 'warn', word)
}

function clientLine({ name, answered, problem, vips }: ClientStatus, paint: Paint): string {
  if (!answered)
    return `${name}: ${paint('faint', `no answer${problem === undefined ? '' : `: ${problem}`}`)}`
  const seen = vips.map(({ address, answers, text }) => {
    const word = { yes: paint('good', 'answers'), no: paint('bad', 'does not answer'), unknown: 'unknown' }[
      answers
    ]
    return `${address} ${word}${answers === 'yes' || text === undefined ? '' : ` (${text})`}`
  })
  return `${name}: ${seen.join(', ')}`
}
