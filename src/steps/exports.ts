import { expects } from '../core/diff.ts'
import type { Given } from '../core/step.ts'
import { exportsPath, exportsServed } from '../facts/exports.ts'
import { nfsServer } from '../facts/nfs.ts'
import { run } from './_command.ts'
import { differingPaths, exportsTemplate, exportsWanted, servedAfter } from './_exports.ts'
import { fileStep } from './_file.ts'
import { respectHold } from './_hold.ts'

/** The exports, and that the active node serves exactly these of what lies on our volumes. */
export default respectHold(
  fileStep({
    id: 'exports',
    title: 'Write the exports',
    reads: ({ cluster }: Given<undefined>) => ({
      server: nfsServer,
      exports: exportsServed(exportsPath(cluster)),
    }),
    files: ({ cluster, host, render }) => [
      {
        path: exportsPath(cluster),
        template: exportsTemplate,
        content: render(exportsTemplate, { cluster, node: host }),
        mode: '0644',
        owner: 'root:root',
      },
    ],
    effect({ cluster, host, render }, { facts }) {
      // Where nfsd does not run, its unit exports everything when it starts.
      if (facts.server.state !== 'present') return undefined
      const wanted = exportsWanted(render(exportsTemplate, { cluster, node: host }))
      const stale = differingPaths(cluster, facts.exports, wanted)
      if (stale.length === 0) return undefined
      return {
        summary: `export ${stale.join(', ')} as the file says, without a break`,
        // 1 also when a directory is missing (exported all the same, seen with nfs-utils 2.6.2): a later step makes it.
        actions: [run(['exportfs', '-ra'], { okCodes: [0, 1] })],
        expect: {
          self: [expects(exportsServed(exportsPath(cluster)), servedAfter(cluster, facts.exports, wanted))],
        },
      }
    },
  }),
)
