import type { Cluster } from '../core/cluster.ts'
import { type Fact, present } from '../core/fact.ts'
import { groupScript } from '../core/group-command.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'

/** Something on the node that the group was not started with, and that counts when it is started again. */
export type PendingChange =
  | { readonly kind: 'mount'; readonly volume: string; readonly from: string; readonly to: string }
  | { readonly kind: 'file'; readonly path: string }

/**
 * What has changed on this node since the group was started here, in the group script's own words; none
 * where it is not started. Absent: no script that remembers.
 */
export function pendingMove(cluster: Pick<Cluster, 'name' | 'platform'>): Probe<readonly PendingChange[]> {
  const script = quote(groupScript(cluster))
  return {
    id: `pending-move:${cluster.name}`,
    script: `[ -x ${script} ] && ${script} ${quote(cluster.name)} pending 2>/dev/null || exit ${exitAbsent}`,
    parse: ({ stdout }) => parsePending(stdout),
    deadlineMs: 60_000,
    maxBytes: 65_536,
  }
}

function parsePending(stdout: string): Fact<readonly PendingChange[]> {
  return present(
    stdout.split('\n').flatMap((line): readonly PendingChange[] => {
      const [kind, name = '', from = '', to = ''] = line.split('\t')
      if (kind === 'mount') return [{ kind, volume: name, from, to }]
      return kind === 'file' ? [{ kind, path: name }] : []
    }),
  )
}
