import { type Diff, expects, inSync } from '../core/diff.ts'
import { absent } from '../core/fact.ts'
import { defineStep } from '../core/step.ts'
import { records, recordsDirectory } from '../facts/records.ts'
import { run } from './_command.ts'
import { refuseUnknown } from './_remains.ts'

/** What heartbeat remembers of its peers: names, identities and counters of this cluster, and its pipe (heartbeat 3.0.6, HA_VARLIBHBDIR). */
const heartbeatMemory = ['hb_uuid', 'hb_generation', 'hostcache', 'delhostcache', 'fifo'].map(
  name => `/var/lib/heartbeat/${name}`,
)

/**
 * The node forgets the cluster: runs, lineage, the promotion guard's records, saved signatures, and the
 * identities by which its heartbeat knew the nodes. Last, for the other steps go by it.
 */
export default defineStep({
  id: 'records-remove',
  title: 'Forget the cluster',
  reads: () => ({ records }),
  diff(given, { facts }): Diff {
    const flaw = refuseUnknown(given, { 'the memory of nfsha': facts.records })
    if (flaw !== undefined) return flaw
    if (facts.records.state !== 'present') return inSync
    return {
      kind: 'change',
      symbol: '-',
      summary: `remove ${recordsDirectory}, and what heartbeat remembers of the nodes`,
      risk: 'safe',
      actions: [run(['rm', '-rf', ...heartbeatMemory, recordsDirectory])],
      expect: { self: [expects(records, absent())] },
      display: [
        { kind: 'lines', lines: facts.records.value.map(name => `remove ${recordsDirectory}/${name}`) },
      ],
    }
  },
})
