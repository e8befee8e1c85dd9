import type { ClientStatus, ClusterStatus, NodeStatus, Verdict } from '../status/status.ts'
import { hasMissed, takeoverText } from './history-text.ts'
import type { Paint, Style } from './paint.ts'
import { nodeTable } from './status-table.ts'
import { columns } from './table.ts'

const styles: Readonly<Record<Verdict, Style>> = {
  healthy: 'good',
  degraded: 'warn',
  down: 'bad',
  'split-brain': 'bad',
  unanswered: 'bad',
}

/** How many NFS clients are named, one a line. */
const namedClients = 8

/**
 * The cluster on one screen: the verdict, why, the nodes side by side, what is wrong, what comes next.
 * `brief` leaves out what is known to who watches: the proofs, and the NFS clients by name.
 */
export function statusText(status: ClusterStatus, paint: Paint, { brief = false } = {}): string {
  const { nodes, clients, active } = status
  const title = (text: string) => paint('title', text)
  return [
    verdictLine(status, paint),
    ...(brief ? [] : section(title('Active'), activeLines(status))),
    columns(nodeTable(nodes, active, paint)),
    ...section(title('Concerns'), concernLines(status, paint)),
    ...section(title('Pending until the next move'), pendingLines(status)),
    ...(brief ? [] : section(title('NFS clients'), nfsClientLines(status))),
    ...section(
      title('Clients'),
      clients.map(client => clientLine(client, paint)),
    ),
    ...section(title('History'), historyLines(status, paint)),
    ...section(title('Notes'), [...driftLines(status, paint), ...status.notes]),
    ...(status.next === undefined ? [] : [`${paint('good', 'next:')} ${status.next}`]),
  ].join('\n\n')
}

/** `lab: healthy: m1 serves`. */
export function verdictLine({ cluster, verdict, reason }: ClusterStatus, paint: Paint): string {
  return `${paint('title', cluster)}: ${paint(styles[verdict], verdict)}: ${reason}`
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

function pendingLines({ pending }: ClusterStatus): readonly string[] {
  return pending.map(({ host, text }) => `${host}: ${text}`)
}

function nfsClientLines({ nodes, active }: ClusterStatus): readonly string[] {
  const all = nodes.find(({ name }: NodeStatus) => name === active)?.nfs.clients ?? []
  const lines = all.slice(0, namedClients).map(({ address, name, version, status, states }) => {
    const held = states === 1 ? '1 state' : `${states} states`
    return `${address} by NFS ${version}${name === undefined ? '' : ` (${name})`}: ${status}, ${held}`
  })
  return all.length > namedClients ? [...lines, `and ${all.length - namedClients} more`] : lines
}

function historyLines({ failover, lastRun, running, nodes }: ClusterStatus, paint: Paint): readonly string[] {
  const lines: string[] = []
  if (running !== undefined)
    lines.push(paint('warn', `${running.playbook} by ${running.by} goes on (run ${running.id})`))
  if (failover !== undefined) {
    const text = takeoverText(failover)
    lines.push(hasMissed(failover) ? paint('warn', text) : text)
  }
  if (lastRun !== undefined)
    lines.push(
      `last run: ${lastRun.playbook} by ${lastRun.by}, ${lastRun.result ?? 'unfinished'} (${lastRun.id})`,
    )
  const compared = nodes.flatMap(({ volumes }) =>
    volumes.flatMap(({ name, verified }) => (verified === undefined ? [] : [{ name, ...verified }])),
  )
  for (const { name, at, outOfSyncKib } of latest(compared))
    lines.push(
      `${name} was verified at ${at}: ${outOfSyncKib === 0 ? 'no difference' : `${outOfSyncKib} KiB differed`}`,
    )
  return lines
}

/** The last comparison of each volume, whichever node remembers it. */
function latest<T extends { readonly name: string; readonly at: string }>(all: readonly T[]): readonly T[] {
  const byName = new Map<string, T>()
  for (const one of all) if ((byName.get(one.name)?.at ?? '') < one.at) byName.set(one.name, one)
  return [...byName.values()]
}

function driftLines({ drift }: ClusterStatus, paint: Paint): readonly string[] {
  if (drift === undefined) return []
  const { change, wait, refusal, steps } = drift
  if (change + wait + refusal === 0) return ['no drift: a plan would change nothing']
  const counts = `${change} to change, ${wait} to wait for, ${refusal} refused`
  return [paint('warn', `drift: ${counts} (${steps.join(', ')}); \`nfsha plan\` shows it`)]
}

function clientLine({ name, answered, problem, vips, mounts = [] }: ClientStatus, paint: Paint): string {
  if (!answered)
    return `${name}: ${paint('faint', `no answer${problem === undefined ? '' : `: ${problem}`}`)}`
  const seen = vips.map(({ address, answers, text }) => {
    const word = { yes: paint('good', 'answers'), no: paint('bad', 'does not answer'), unknown: 'unknown' }[
      answers
    ]
    return `${address} ${word}${answers === 'yes' || text === undefined ? '' : ` (${text})`}`
  })
  const mounted = mounts.map(({ path, state }) => {
    const isThere = state === 'mounted' || state === 'automount'
    return `${path} ${paint(isThere ? 'good' : 'warn', state)}`
  })
  return `${name}: ${[...seen, ...mounted].join(', ')}`
}
