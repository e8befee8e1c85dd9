import type { Cluster } from '../core/cluster.ts'
import { type Fact, present } from '../core/fact.ts'
import type { SecretText } from '../core/secret.ts'
import { type ExportsFact, parseExports, type ServedExport } from '../facts/exports.ts'

/** Template of our exports file. */
export const exportsTemplate = 'etc/exports.d/nfsha.exports'

/** The exports that our file grants. */
export function exportsWanted(content: SecretText): readonly ServedExport[] {
  return parseExports(content.filter(part => typeof part === 'string').join(''))
}

/** Paths on our volumes that are not served as wanted. */
export function differingPaths(
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

/** What is served once ours are as wanted and the administrator's are untouched. */
export function servedAfter(
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
