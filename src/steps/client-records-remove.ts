import { defineClientStep } from '../core/client-step.ts'
import { type Diff, expects, inSync, refusal } from '../core/diff.ts'
import { absent } from '../core/fact.ts'
import { records, recordsDirectory } from '../facts/records.ts'
import { run } from './_command.ts'

/** All that nfsha ever keeps on a client: the summary of runs, and earlier versions of its files. */
const kept: ReadonlySet<string> = new Set(['runs.jsonl', 'previous'])

/** The client forgets its runs. Where there is more, the host is a node of some cluster too: that stays. */
export default defineClientStep({
  id: 'client-records-remove',
  title: 'Forget the runs',
  reads: () => ({ records }),
  diff({ host }, { facts }): Diff {
    if (facts.records.state === 'unknown')
      return refusal(
        'unknown-remains',
        `the memory of nfsha on ${host.name} could not be read: ${facts.records.reason}`,
        `look at ${recordsDirectory} on ${host.name}, then run again; nothing is taken away on a guess`,
      )
    if (
      facts.records.state === 'absent' ||
      facts.records.value.some(name => !kept.has(name.split('/', 1)[0] ?? name))
    )
      return inSync
    return {
      kind: 'change',
      symbol: '-',
      summary: `remove ${recordsDirectory}`,
      risk: 'safe',
      actions: [run(['rm', '-rf', recordsDirectory])],
      expect: { self: [expects(records, absent())] },
    }
  },
})
