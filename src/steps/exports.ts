import type { Cluster } from '../core/cluster.ts'
import { expects } from '../core/diff.ts'
import { type Fact, present } from '../core/fact.ts'
import type { SecretText } from '../core/secret.ts'
import type { Given } from '../core/step.ts'
import { type ExportsFact, exportsServed, parseExports, type ServedExport } from '../facts/exports.ts'
import { nfsServer } from '../facts/nfs.ts'
import { run } from './_command.ts'
import { fileStep } from './_file.ts'
import { respectHold } from './_hold.ts'

const template = 'etc/exports.d/nfsha.exports'

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
        template,
        content: render(template, { cluster, node: host }),
        mode: '0644',
        owner: 'root:root',
      },
    ],
    effect({ cluster, host, render }, { facts }) {
      // Where nfsd does not run, its unit exports everything when it starts.
      if (facts.server.state !== 'present') return undefined
      const wanted = exportsWanted(render(template, { cluster, node: host }))
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

/** Where our exports file is. */
export function exportsPath({ platform }: Cluster): string {
  return `${platform.paths.exportsDir}/nfsha.exports`
}

function exportsWanted(content: SecretText): readonly ServedExport[] {
  return parseExports(content.filter(part => typeof part === 'string').join(''))
}

/** Paths on our volumes that are not served as wanted. */
function differingPaths(
  cluster: Cluster,
  found: Fact<ExportsFact>,
  wanted: readonly ServedExport[],
): readonly string[] {
  const { served, elsewhere } = found.state === 'present' ? found.value : nothingServed
  const missing = wanted.filter(one => !served.some(other => sameExport(one, other)))
  const surplus = served.filter(
    one =>
      isOurs(cluster, one.path) &&
      !elsewhere.includes(one.path) &&
      !wanted.some(other => sameExport(other, one)),
  )
  return [...new Set([...missing, ...surplus].map(({ path }) => path))].toSorted()
}

const nothingServed: ExportsFact = { served: [], elsewhere: [] }

function servedAfter(
  cluster: Cluster,
  found: Fact<ExportsFact>,
  wanted: readonly ServedExport[],
): Fact<ExportsFact> {
  const { served, elsewhere } = found.state === 'present' ? found.value : nothingServed
  const others = served.filter(({ path }) => !isOurs(cluster, path) || elsewhere.includes(path))
  return present({ served: [...others, ...wanted], elsewhere })
}

function isOurs(cluster: Cluster, path: string): boolean {
  return cluster.volumes.some(({ mountPoint }) => path === mountPoint || path.startsWith(`${mountPoint}/`))
}

/** exportfs(8) shows a host by its canonical name, so `c1` may come back as `c1.example.net`. */
function sameExport(wanted: ServedExport, served: ServedExport): boolean {
  const [name, shown] = [wanted.client.toLowerCase(), served.client.toLowerCase()]
  return (
    wanted.path === served.path &&
    (name === shown || shown.startsWith(`${name}.`)) &&
    wanted.options.join() === served.options.join()
  )
}
