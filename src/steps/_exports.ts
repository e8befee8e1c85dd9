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

/** Paths on our volumes that are not served as wanted; of them, those that are not wanted at all, and those that get another fsid. */
export interface StaleExports {
  readonly differing: readonly string[]
  readonly removed: readonly string[]
  readonly renumbered: readonly string[]
}

/**
 * `roots`: where our volumes are mounted, former ones too; `later`: where one is yet to be mounted. Its
 * exports need not be served, and may be: exportfs 2.6.2 lists them all the same (seen in the lab), and
 * their mp= keeps clients out.
 */
export function staleExports(
  roots: readonly string[],
  found: Fact<ExportsFact>,
  wanted: readonly ServedExport[],
  later: readonly string[],
): StaleExports {
  const { served, elsewhere } = found.state === 'present' ? found.value : nothingServed
  const missing = wanted.filter(
    one => !isBelow(later, one.path) && !served.some(other => sameExport(one, other)),
  )
  const surplus = served.filter(
    one =>
      isBelow(roots, one.path) &&
      !elsewhere.includes(one.path) &&
      !wanted.some(other => sameExport(other, one)),
  )
  const paths = (list: readonly ServedExport[]) => [...new Set(list.map(({ path }) => path))].toSorted()
  return {
    differing: paths([...missing, ...surplus]),
    removed: paths(surplus.filter(({ path }) => !wanted.some(other => other.path === path))),
    renumbered: paths(
      surplus.filter(one =>
        wanted.some(
          other => other.path === one.path && fsidOf(other) !== undefined && fsidOf(other) !== fsidOf(one),
        ),
      ),
    ),
  }
}

const nothingServed: ExportsFact = { served: [], elsewhere: [] }

/** What is served once ours are as wanted and the administrator's are untouched. */
export function servedAfter(
  roots: readonly string[],
  found: Fact<ExportsFact>,
  wanted: readonly ServedExport[],
): Fact<ExportsFact> {
  const { served, elsewhere } = found.state === 'present' ? found.value : nothingServed
  const others = served.filter(({ path }) => !isBelow(roots, path) || elsewhere.includes(path))
  return present({ served: [...others, ...wanted], elsewhere })
}

/** By which a file handle names the export, exports(5). */
function fsidOf({ options }: ServedExport): string | undefined {
  return options.find(option => option.startsWith('fsid='))
}

/** Where the volumes of the inventory are mounted. */
export function rootsOf({ volumes }: Cluster): readonly string[] {
  return volumes.map(({ mountPoint }) => mountPoint)
}

/** Whether a path is one of these directories, or below one. */
function isBelow(roots: readonly string[], path: string): boolean {
  return roots.some(root => path === root || path.startsWith(`${root}/`))
}

function sameExport(wanted: ServedExport, served: ServedExport): boolean {
  return (
    wanted.path === served.path &&
    sameClient(wanted, served) &&
    wanted.options.join() === served.options.join()
  )
}

/** exportfs(8) shows a host by its canonical name, so `c1` may come back as `c1.example.net`. */
export function sameClient(wanted: ServedExport, served: ServedExport): boolean {
  const [name, shown] = [wanted.client.toLowerCase(), served.client.toLowerCase()]
  return name === shown || shown.startsWith(`${name}.`)
}
