import type { Cluster } from '../core/cluster.ts'
import type { Facts, HostFacts } from '../core/fact.ts'
import { answerTo } from '../facts/group.ts'
import { monitorState, monitorUnit } from '../facts/monitor.ts'
import { rehearsalHere } from '../facts/rehearsal.ts'
import type { Concern, NodeStatus } from './status.ts'

/** Notices of what status sees for itself, with more detail. */
const seenAnyway: ReadonlySet<string> = new Set([
  'split-brain',
  'standalone',
  'superseded',
  'refused',
  'start-failed',
  'peer-dead',
  'ping-dead',
  'link-dead',
  'disconnected',
  'one-copy',
  'disk',
  'out-of-sync',
  'clients-not-recorded',
  'route-lost',
  'damaged',
  'nearly-full',
  'slow-disk',
])

/** From this priority of syslog(3) on, nothing is amiss: it is worth knowing, and no concern. */
const worthKnowing = 5

/** What the monitor on a node found, and whether there is one. */
export function monitorConcerns(
  cluster: Cluster,
  { name, held, monitor }: NodeStatus,
  facts: HostFacts,
): readonly Concern[] {
  if (!cluster.monitor.enabled || held !== undefined) return []
  const state = answerTo(facts, monitorState)
  if (state.state === 'unknown') return []
  if (state.state === 'absent')
    return [
      {
        host: name,
        text: 'the monitor does not run: nobody watches the service there',
        next: 'nfsha deploy',
      },
    ]
  if (monitor?.state === 'silent')
    return [
      {
        host: name,
        text: `the monitor has said nothing for ${Math.round((monitor.agoMs ?? 0) / 1000)} s: nobody watches the service there`,
        next: `systemctl restart ${monitorUnit} on ${name}; why it hangs: journalctl -u ${monitorUnit}`,
      },
    ]
  const { failing, notices } = state.value
  const isRehearsed = answerTo(facts, rehearsalHere).state === 'present'
  const seen = isRehearsed ? new Set([...seenAnyway, 'cannot-take-over']) : seenAnyway
  return [
    ...failing.map(({ text }) => ({ host: name, text })),
    ...notices
      .filter(({ id, priority }) => priority < worthKnowing && !seen.has(id))
      .map(({ id, text }) => ({ host: name, text, next: `nfsha explain ${id}` })),
  ]
}

/** What the monitors have to tell that is no concern. */
export function monitorNotes(cluster: Cluster, facts: Facts): readonly string[] {
  return cluster.nodes.flatMap(({ name }) => {
    const state = answerTo(facts[name] ?? {}, monitorState)
    if (state.state !== 'present') return []
    return state.value.notices
      .filter(({ priority }) => priority >= worthKnowing)
      .map(({ id, text }) => `${name}: ${text}; see \`nfsha explain ${id}\``)
  })
}
