import type { Cluster } from '../core/cluster.ts'
import { type Diff, expects, inSync } from '../core/diff.ts'
import { absent } from '../core/fact.ts'
import { defineStep } from '../core/step.ts'
import { bareDirectories, type MadeDirectory } from '../facts/bare-directories.ts'
import { ownPlaces, unitsWithDropIn } from '../facts/own-files.ts'
import { records } from '../facts/records.ts'
import { run } from './_command.ts'
import { refuseUnknown } from './_remains.ts'

/** Directories that were made for our files and volumes go, when nothing else is in them and no package has them. */
export default defineStep({
  id: 'directories-remove',
  title: 'Remove the empty directories',
  reads: ({ cluster }) => ({ records, bare: bareDirectories(cluster.name, madeFor(cluster)) }),
  diff(given, { facts }): Diff {
    const flaw = refuseUnknown(given, {
      'the memory of nfsha': facts.records,
      'which directories are empty': facts.bare,
    })
    if (flaw !== undefined) return flaw
    // A node without any memory of us has directories of its own.
    if (facts.records.state === 'absent' || facts.bare.state !== 'present') return inSync
    return {
      kind: 'change',
      symbol: '-',
      summary: `remove ${facts.bare.value.join(' ')}, empty`,
      risk: 'safe',
      actions: [run(['rmdir', ...facts.bare.value])],
      expect: { self: [expects(bareDirectories(given.cluster.name, madeFor(given.cluster)), absent())] },
    }
  },
})

/** Where the volumes are mounted, and what files lie in; directories of drop-ins are named by their unit. */
function madeFor(cluster: Cluster): readonly MadeDirectory[] {
  const { platform, volumes } = cluster
  const { paths } = platform
  return [
    ...volumes.map(({ mountPoint, device }) => ({ path: mountPoint, device })),
    ...unitsWithDropIn(platform).map(name => ({ path: `${paths.unitDir}/${name}.d` })),
    ...ownPlaces(platform)
      .filter(path => path.startsWith('/etc/') && path !== paths.unitDir)
      .map(path => ({ path })),
  ]
}
