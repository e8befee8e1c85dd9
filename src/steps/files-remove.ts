import type { Action } from '../core/action.ts'
import type { Cluster } from '../core/cluster.ts'
import { type Diff, type Expectation, expects, inSync } from '../core/diff.ts'
import { absent, type Fact, present } from '../core/fact.ts'
import type { Probe, Reads } from '../core/probe.ts'
import { defineStep, type Given } from '../core/step.ts'
import { answerTo } from '../facts/group.ts'
import { monitorUnit } from '../facts/monitor.ts'
import { ownFiles, unitsWithDropIn } from '../facts/own-files.ts'
import { type PackagesFact, packages } from '../facts/package.ts'
import { type UnitFact, unit } from '../facts/unit.ts'
import { daemonReload, run, systemctl } from './_command.ts'
import { shippingPackage } from './_file-diff.ts'
import { refuseUnknown } from './_remains.ts'
import { type Conffile, restoreShipped } from './_shipped.ts'

/**
 * Every file of the cluster goes, by its header, also those that the inventory no longer asks for. Where
 * ours took the place of one that a package ships, that one comes back.
 */
export default defineStep({
  id: 'files-remove',
  title: "Remove the cluster's files",
  reads: ({ cluster }: Given<undefined>): Reads => {
    const probes: readonly Probe<unknown>[] = [
      ownFiles(cluster),
      shipping(cluster),
      ...unitsTouched(cluster).map(unit),
    ]
    return Object.fromEntries(probes.map(probe => [probe.id, probe]))
  },
  diff(given, { facts }): Diff {
    const { cluster } = given
    const own = answerTo(facts, ownFiles(cluster))
    const found = answerTo(facts, shipping(cluster))
    const flaw = refuseUnknown(given, { "the cluster's files": own, 'the packages': found })
    if (flaw !== undefined) return flaw
    if (own.state !== 'present') return inSync
    const shipped = conffilesAmong(cluster, own.value, found)
    const others = own.value.filter(path => !shipped.some(one => one.path === path))
    const hasUnits = own.value.some(path => path.startsWith(`${cluster.platform.paths.unitDir}/`))
    const actions: readonly Action[] = [
      ...(shipped.length > 0 ? [restoreShipped(shipped)] : []),
      ...(others.length > 0 ? [run(['rm', '-f', ...others])] : []),
      ...(hasUnits ? [daemonReload()] : []),
      ...timeDaemons(cluster, own.value).map(name => systemctl('try-restart', name)),
    ]
    return {
      kind: 'change',
      symbol: '-',
      summary: `remove ${others.length} files${shipped.length > 0 ? `, and put back ${shipped.map(({ path }) => path).join(' and ')} as shipped` : ''}`,
      risk: 'safe',
      actions,
      expect: {
        self: [
          expects(ownFiles(cluster), absent()),
          ...unitsTouched(cluster).flatMap(name =>
            expectWithout(own.value, name, answerTo(facts, unit(name)), cluster),
          ),
        ],
      },
      display: [{ kind: 'lines', lines: others.map(path => `remove ${path}`) }],
    }
  },
})

/** Units that are ours, or have a drop-in of ours. */
function unitsTouched(cluster: Cluster): readonly string[] {
  return [monitorUnit, 'nfsha-routes.service', ...unitsWithDropIn(cluster.platform)]
}

/** Whether the packages that ship one of our paths are there, so that they have something to put back. */
function shipping({ platform }: Cluster): Probe<PackagesFact> {
  return packages(
    Object.entries(platform.provides)
      .filter(([, { files }]) => files.length > 0)
      .map(([name]) => name)
      .sort(),
  )
}

function conffilesAmong(
  cluster: Cluster,
  paths: readonly string[],
  found: Fact<PackagesFact>,
): readonly Conffile[] {
  return paths.flatMap(path => {
    const shippedBy = shippingPackage(cluster, path)
    if (shippedBy === undefined || found.state !== 'present') return []
    return found.value[shippedBy]?.status === 'installed' ? [{ path, shippedBy }] : []
  })
}

/** Time daemons whose servers ours named: they go back to the ones that they had before. */
function timeDaemons({ platform: { units } }: Cluster, paths: readonly string[]): readonly string[] {
  return [
    ...(paths.some(path => path.startsWith('/etc/chrony/')) ? [units.chrony] : []),
    ...(paths.some(path => path.startsWith('/etc/systemd/timesyncd.conf.d/')) ? [units.timesyncd] : []),
  ]
}

/** A unit once our files are gone: none at all, or without our drop-in. */
function expectWithout(
  paths: readonly string[],
  name: string,
  fact: Fact<UnitFact>,
  { platform }: Cluster,
): readonly Expectation[] {
  if (fact.state !== 'present') return []
  if (paths.includes(`${platform.paths.unitDir}/${name}`)) return [expects(unit(name), absent())]
  const dropIns = fact.value.dropIns.filter(path => !paths.includes(path))
  return [expects(unit(name), present({ ...fact.value, dropIns, needsReload: false }))]
}
