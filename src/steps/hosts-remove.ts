import { type Diff, inSync } from '../core/diff.ts'
import { defineStep } from '../core/step.ts'
import { ownedFile } from './_file-diff.ts'
import { withoutBlock } from './_without-block.ts'

const path = '/etc/hosts'

/** The nodes' names go out of /etc/hosts; the administrator's lines stay as they are. */
export default defineStep({
  id: 'hosts-remove',
  title: "Take the nodes' names out of /etc/hosts",
  reads: ({ cluster }) => ({ hosts: ownedFile(cluster, path) }),
  diff({ cluster, host }, { facts }): Diff {
    const removal = withoutBlock(cluster, host, path, facts.hosts)
    if (removal === undefined) return inSync
    if (removal.kind === 'refusal') return removal
    return {
      kind: 'change',
      symbol: '-',
      summary: `take our block out of ${path}`,
      risk: 'safe',
      actions: [removal.action],
      expect: { self: [removal.expect] },
      display: [removal.display],
    }
  },
})
