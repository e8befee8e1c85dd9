import { describe, expect, test } from 'vitest'
import { absent, type Facts, present } from '../../src/core/fact.ts'
import { ownFiles } from '../../src/facts/own-files.ts'
import { installed } from '../../src/facts/package.ts'
import { records } from '../../src/facts/records.ts'
import { peerNameOf } from '../../src/planner/instances.ts'
import { blank, changes, cluster, factsAfter, planner } from './lab-pair.ts'

/*
 * The laws of architecture.md over the teardown, on a pair as a whole deploy leaves it, and on one that
 * was never deployed.
 */

const names = cluster.nodes.map(({ name }) => name)

const destroy = await planner('destroy')
const whole = await planner('destroy', { wipeMetadata: true, purgePackages: true })

/** What nobody says of a question that a teardown alone asks: there is nothing. */
function answered(facts: Facts): Facts {
  return Object.fromEntries(
    names.map(name => {
      const silent = (whole.probes[name] ?? []).filter(({ id }) => facts[name]?.[id] === undefined)
      return [name, { ...facts[name], ...Object.fromEntries(silent.map(({ id }) => [id, absent()])) }]
    }),
  )
}

const never = answered(blank)
const deploy = await planner('deploy')
const { haDir, drbdDir, unitDir } = cluster.platform.paths
const mount = cluster.volumes[0]?.mountPoint ?? ''

/** What only the teardown asks of a deployed pair. */
function asked(name: string): Facts[string] {
  const idOf = (prefix: string) => whole.probes[name]?.find(({ id }) => id.startsWith(prefix))?.id ?? prefix
  const have = (...packages: readonly string[]) =>
    present(Object.fromEntries(packages.map(each => [each, installed])))
  return {
    [ownFiles(cluster).id]: present([
      `${haDir}/ha.cf`,
      `${drbdDir}/data.res`,
      `${drbdDir}/global_common.conf`,
      `${unitDir}/heartbeat.service.d/nfsha.conf`,
      `${unitDir}/nfsha-monitor.service`,
      `${unitDir}/nfsha-routes.service`,
    ]),
    [records.id]: present(['drbd/data', 'runs.jsonl']),
    [idOf(`bare-directories:${cluster.name}`)]: present([mount]),
    [idOf('packages:drbd-utils,heartbeat')]: have('drbd-utils', 'heartbeat'),
    [idOf('packages:drbd-utils,heartbeat,nfs')]: have('drbd-utils', 'heartbeat', 'nfs-kernel-server'),
  }
}

const settled = answered(factsAfter(blank, deploy.plan(blank)))
const deployed: Facts = Object.fromEntries(names.map(name => [name, { ...settled[name], ...asked(name) }]))

const onBoth = (...refs: readonly string[]) => refs.flatMap(ref => names.map(name => `${ref} ${name}`))

test('a pair that was never deployed has nothing to be taken away', () => {
  const plan = destroy.plan(never)
  expect(changes(plan)).toEqual([])
  expect(plan.counts.refusal).toBe(0)
})

const active = cluster.preferredNode
const standby = peerNameOf(cluster, active)
const down = [
  ...onBoth('monitor-stop'),
  `heartbeat-stop[standby] ${standby}`,
  `heartbeat-stop[server] ${active}`,
  ...onBoth('drbd-down[data]'),
]
const away = onBoth('routes-remove', 'hosts-remove', 'files-remove', 'directories-remove')
const forgotten = onBoth('records-remove')

describe.each([
  ['as it is by default', destroy, [...down, ...away, ...forgotten]],
  [
    'with all that can be asked for',
    whole,
    [...down, ...onBoth('drbd-wipe-md[data]'), ...away, ...onBoth('packages-purge'), ...forgotten],
  ],
])('a teardown %s', (_, { plan }, expected) => {
  const planned = plan(deployed)

  test('is planned whole, the standby before the node that serves', () => {
    expect(planned.steps.flatMap(({ hosts }) => hosts.filter(({ diff }) => diff.kind === 'refusal'))).toEqual(
      [],
    )
    expect(changes(planned)).toEqual(expected)
  })

  test('purity: the same facts give the same plan', () => {
    expect(plan(deployed).digest).toBe(planned.digest)
  })

  test('idempotence: once it is done, nothing is left to do', () => {
    expect(plan(factsAfter(deployed, planned)).counts).toMatchObject({ change: 0, refusal: 0 })
  })

  test('interruption: broken off anywhere, what is left is planned again, and only that', () => {
    const parts = planned.steps.flatMap(({ ref, hosts }) => hosts.map(({ host }) => `${ref} ${host}`))
    for (let done = 0; done <= parts.length; done += 1) {
      const left = parts.slice(done).filter(part => expected.includes(part))
      expect(changes(plan(factsAfter(deployed, planned, done)))).toEqual(left)
    }
  })
})
