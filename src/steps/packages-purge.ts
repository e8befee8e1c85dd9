import type { Cluster } from '../core/cluster.ts'
import { type Diff, expects, inSync } from '../core/diff.ts'
import { present } from '../core/fact.ts'
import { defineStep } from '../core/step.ts'
import { type PackagesFact, packages } from '../facts/package.ts'
import { removal } from './_install.ts'
import { refuseUnknown } from './_remains.ts'

/**
 * When asked for, the packages that serve nothing but such a cluster go, with their configuration:
 * heartbeat, DRBD's tools and the NFS server. Tools that anybody may use meanwhile stay, and what was
 * installed along with them is left to `apt autoremove`.
 */
export default defineStep({
  id: 'packages-purge',
  title: "Purge the cluster's packages",
  reads: ({ cluster }) => ({ packages: packages(exclusive(cluster)) }),
  diff(given, { facts }): Diff {
    const { cluster, params } = given
    if (!params.purgePackages) return inSync
    const flaw = refuseUnknown(given, { 'the packages': facts.packages })
    if (flaw !== undefined) return flaw
    if (facts.packages.state !== 'present') return inSync
    const found = facts.packages.value
    const names = exclusive(cluster).filter(name => found[name]?.status !== 'not-installed')
    if (names.length === 0) return inSync
    return {
      kind: 'change',
      symbol: '-',
      summary: `purge ${names.join(' ')}; \`apt autoremove\` shows what came with them`,
      risk: 'safe',
      actions: [removal(names)],
      expect: { self: [expects(packages(exclusive(cluster)), present(afterwards(found)))] },
    }
  },
})

/** Packages without another use: nfs-common and rpcbind serve clients too, and the tools everybody. */
function exclusive({ platform }: Cluster): readonly string[] {
  const { heartbeat, drbd, nfs } = platform.packages
  return [
    ...heartbeat,
    ...drbd,
    ...nfs.filter(name => platform.provides[name]?.commands.includes('rpc.nfsd')),
  ].sort()
}

function afterwards(found: PackagesFact): PackagesFact {
  return Object.fromEntries(
    Object.keys(found).map(name => [name, { status: 'not-installed', hasCandidate: true }]),
  )
}
