import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { type Client, type Cluster, mountSource } from '../../src/core/cluster.ts'
import { absent, type Fact, type Facts, present, unknown } from '../../src/core/fact.ts'
import type { Plan } from '../../src/core/plan.ts'
import type { Params } from '../../src/core/step.ts'
import { type AutofsBaseFact, type AutofsPlace, autofsBase, autofsPlaces } from '../../src/facts/autofs.ts'
import { type ClientMountFact, clientMount } from '../../src/facts/client-mount.ts'
import { mountUsers } from '../../src/facts/mount-users.ts'
import { expectedOf } from '../../src/planner/evaluate.ts'
import { instancesOf, probesByHost } from '../../src/planner/instances.ts'
import { makePlan } from '../../src/planner/plan.ts'
import { loadPlaybook } from '../../src/playbook/load.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { contextOf } from './ha-fixture.ts'

const example = exampleCluster()
const mount = { export: '/srv/nfsha/data', path: '/nfs/data', options: ['vers=4.2', 'hard'] }
const source = mountSource(example, { ...mount, by: 'autofs' })

/** The client with its one mount made in this way. */
function clientBy(by: Client['mounts'][number]['by'], more: Partial<Client> = {}): Client {
  return {
    name: 'c1',
    kind: 'client',
    ssh: example.nodes[0].ssh,
    mounts: [{ ...mount, by }],
    ...(by === 'autofs' && { autofs: { base: '/nfs', idleSeconds: 300 } }),
    ...more,
  }
}

type HostFacts = Readonly<Record<string, Fact<unknown>>>

async function planned(
  client: Client,
  facts: HostFacts,
  playbook: 'clients' | 'clients-remove' = 'clients',
): Promise<Plan> {
  const cluster: Cluster = { ...example, clients: [client] }
  const { steps } = await loadPlaybook(playbook)
  const params: Params = {
    allowDataLoss: [],
    waitSync: false,
    ...(playbook === 'clients-remove' && { remove: true }),
  }
  const context = { ...contextOf(cluster), params, targets: cluster.clients }
  const instances = instancesOf(cluster, steps)
  const asked = probesByHost(instances, context).c1 ?? []
  const all: Facts = { c1: { ...Object.fromEntries(asked.map(({ id }) => [id, unsaid(id)])), ...facts } }
  return makePlan({ ...context, playbook, instances, facts: all })
}

const noBase: AutofsBaseFact = { state: 'missing', entries: [], namedBy: [], ignoresOurs: false }

/** What a client without anything of ours answers. */
function unsaid(id: string): Fact<unknown> {
  if (id.startsWith('client-mount')) return present({ state: 'missing' })
  if (id.startsWith('mount-users')) return present([])
  if (id.startsWith('autofs-base')) return present(noBase)
  if (id.startsWith('packages'))
    return present({
      autofs: { status: 'not-installed', hasCandidate: true },
      'nfs-common': { status: 'installed', hasCandidate: true },
    })
  return absent()
}

/** Facts once all of a plan is done. */
function factsAfter({ steps }: Plan, facts: HostFacts = {}): HostFacts {
  const laid = steps.flatMap(({ hosts }) =>
    hosts.flatMap(({ diff }) =>
      (expectedOf(diff).self ?? []).map(({ probe, fact }) => [probe.id, fact] as const),
    ),
  )
  return { ...facts, ...Object.fromEntries(laid) }
}

const summaries = ({ steps }: Plan) =>
  steps.flatMap(({ hosts }) => hosts.flatMap(({ diff }) => (diff.kind === 'change' ? [diff.summary] : [])))
const refusals = ({ steps }: Plan) =>
  steps.flatMap(({ hosts }) => hosts.flatMap(({ diff }) => (diff.kind === 'refusal' ? [diff] : [])))
const actionsOf = ({ steps }: Plan, ref: string) =>
  steps.flatMap(step =>
    step.ref !== ref ? [] : step.hosts.flatMap(({ diff }) => (diff.kind === 'change' ? diff.actions : [])),
  )
const titles = (plan: Plan, ref = 'client-autofs') =>
  actionsOf(plan, ref).map(action =>
    action.kind === 'run'
      ? action.argv.join(' ')
      : action.kind === 'put'
        ? `put ${action.path}`
        : action.title,
  )

const byAutofs = clientBy('autofs')
const place: AutofsPlace = {
  base: '/nfs',
  isServed: true,
  idleSeconds: 300,
  mounts: [{ path: '/nfs/data', source }],
  users: [],
}
const user = { pid: 712, name: 'sleep' }
const at = (fact: ClientMountFact) => ({ [clientMount('/nfs/data').id]: present(fact) })
const base = (fact: Partial<AutofsBaseFact>) => ({ [autofsBase('/nfs').id]: present({ ...noBase, ...fact }) })
const places = (...all: readonly AutofsPlace[]) => ({ [autofsPlaces.id]: present(all) })

describe('a mount by autofs', () => {
  it('is a map, a line that names it, the service, and a look at the path; nothing in fstab', async () => {
    const plan = await planned(byAutofs, {})
    expect(summaries(plan)).toEqual([
      'install autofs',
      `create /etc/auto.nfsha; create /etc/auto.master.d/nfsha.autofs; mount ${source} at /nfs/data by autofs when somebody looks`,
    ])
    expect(titles(plan)).toEqual([
      'put /etc/auto.nfsha',
      'mkdir -p -m 0755 /etc/auto.master.d',
      'put /etc/auto.master.d/nfsha.autofs',
      'systemctl --no-ask-password enable autofs.service',
      'have autofs stand over /nfs, and look at /nfs/data',
    ])
  })

  it('has nothing to do the second time, mounted or idle; and once removed, nothing to remove', async () => {
    const done = factsAfter(await planned(byAutofs, {}))
    const idle = {
      ...done,
      ...at({ state: 'automount', source: '/etc/auto.nfsha' }),
      ...places({ ...place, mounts: [] }),
    }
    for (const facts of [done, idle]) expect(summaries(await planned(byAutofs, facts))).toEqual([])
    const removal = await planned(byAutofs, done, 'clients-remove')
    expect(summaries(removal)).toEqual(['take the map of autofs away, and autofs from /nfs'])
    expect(removal.counts.disruptive).toBe(1)
    expect(titles(removal)).toEqual([
      'umount /nfs/data',
      'rm -f /etc/auto.nfsha /etc/auto.master.d/nfsha.autofs',
      'have autofs let go of /nfs',
    ])
    expect(summaries(await planned(byAutofs, factsAfter(removal, done), 'clients-remove'))).toEqual([])
  })

  it.each([
    ['whose daemon is gone', { ...places({ ...place, isServed: false }) }],
    ['with another idle time', { ...places({ ...place, idleSeconds: 60 }) }],
    ['that was unmounted from below', { [autofsPlaces.id]: absent(), ...at({ state: 'missing' }) }],
  ])('%s is brought back', async (_case, facts) => {
    const done = factsAfter(await planned(byAutofs, {}))
    expect(titles(await planned(byAutofs, { ...done, ...facts })).at(-1)).toMatch(/^have autofs stand over/)
  })

  it('from another address is unmounted and looked at again', async () => {
    const done = factsAfter(await planned(byAutofs, {}))
    const plan = await planned(byAutofs, {
      ...done,
      ...at({ state: 'nfs', source: '10.0.0.1:/srv/nfsha/data' }),
    })
    expect(titles(plan)[0]).toBe('umount /nfs/data')
  })

  it('leaves the directory that it stood over before', async () => {
    const former = { ...place, base: '/net', mounts: [{ path: '/net/data', source }] }
    expect(titles(await planned(byAutofs, places(former)))[0]).toBe('umount /net/data')
    const used = await planned(byAutofs, places({ ...former, users: [user] }))
    expect(refusals(used)).toMatchObject([
      { id: 'mount-in-use', reason: expect.stringContaining('/net is used') },
    ])
  })
})

describe('another way of mounting', () => {
  const entries = [{ name: 'data', isEmptyDirectory: false }]

  it.each([
    ['fstab', at({ state: 'nfs', source }), ['umount /nfs/data', 'make room for autofs at /nfs/data']],
    ['an automount', at({ state: 'automount', source: 'systemd-1' }), ['make room for autofs at /nfs/data']],
  ])('makes room for autofs: %s', async (_case, found, first) => {
    const plan = await planned(byAutofs, { ...found, ...base({ state: 'directory', entries }) })
    expect(titles(plan).slice(0, first.length)).toEqual(first)
    expect(refusals(plan)).toEqual([])
  })

  it.each(['boot', 'automount'] as const)('takes the place of autofs: %s', async by => {
    const done = factsAfter(await planned(byAutofs, {}))
    const plan = await planned(clientBy(by), done)
    expect(summaries(plan)).toEqual([
      'create /etc/fstab',
      'take the map of autofs away, and autofs from /nfs',
      expect.stringContaining(`mount ${source} at /nfs/data`),
    ])
    expect(titles(plan, 'client-mounted')[0]).toBe('mkdir -p /nfs/data')
    expect(summaries(await planned(clientBy(by), factsAfter(plan, done)))).toEqual([])
  })

  it('of automount gives way to a mount at boot, and is stopped', async () => {
    const plan = await planned(clientBy('boot'), at({ state: 'automount', source: 'systemd-1' }))
    expect(titles(plan, 'client-mounted')).toEqual(['stop the automount of /nfs/data', 'mount /nfs/data'])
  })

  it('is taken away, too, where autofs was wanted and never came', async () => {
    const plan = await planned(byAutofs, at({ state: 'nfs', source }), 'clients-remove')
    expect(titles(plan, 'client-mounted')[0]).toBe('umount /nfs/data')
  })
})

const inUse = { ...at({ state: 'nfs', source }), [mountUsers('/nfs/data').id]: present([user]) }

describe('autofs is refused', () => {
  it.each([
    [
      'a directory with files',
      base({ state: 'directory', entries: [{ name: 'x', isEmptyDirectory: true }] }),
      'autofs-base-not-empty',
    ],
    [
      'a path with files',
      base({ state: 'directory', entries: [{ name: 'data', isEmptyDirectory: false }] }),
      'autofs-base-not-empty',
    ],
    ['a mount point', base({ state: 'mounted' }), 'mount-point-taken'],
    ['a file', base({ state: 'not a directory' }), 'mount-point-taken'],
    ["another map's directory", base({ state: 'autofs', source: '/etc/auto.misc' }), 'autofs-base-taken'],
    ['a directory that another file names', base({ namedBy: ['/etc/auto.master'] }), 'autofs-base-taken'],
    ['a master map without ours', base({ ignoresOurs: true }), 'autofs-master'],
    ['nobody knows what', { [autofsBase('/nfs').id]: unknown('timeout') }, 'unknown-mount'],
    ['nobody knows where', { [autofsPlaces.id]: unknown('timeout') }, 'unknown-mount'],
    ['a path that is used', inUse, 'mount-in-use'],
    ["another server's mount", at({ state: 'nfs', source: '10.0.0.1:/x' }), 'mount-point-taken'],
    ['a file system at the path', at({ state: 'other' }), 'mount-point-taken'],
  ])('over %s', async (_case, facts, id) => {
    expect(refusals(await planned(byAutofs, facts))).toMatchObject([{ id }])
  })

  it('to leave what is used', async () => {
    const done = factsAfter(await planned(byAutofs, {}))
    const used = { ...done, ...places({ ...place, users: [user] }) }
    for (const plan of [
      await planned(byAutofs, used, 'clients-remove'),
      await planned(clientBy('boot'), used),
    ])
      expect(refusals(plan)).toMatchObject([
        { id: 'mount-in-use', reason: '/nfs is used by sleep (process 712)' },
      ])
  })
})

it('asks shellcheck', async () => {
  const done = factsAfter(await planned(byAutofs, {}))
  const plans = [
    await planned(byAutofs, { ...at({ state: 'nfs', source }), ...base({ state: 'directory' }) }),
    await planned(byAutofs, done, 'clients-remove'),
  ]
  const scripts = plans
    .flatMap(plan => actionsOf(plan, 'client-autofs'))
    .flatMap(action => (action.kind === 'script' ? [action.script] : []))
  expect(scripts).toHaveLength(3)
  for (const script of scripts) {
    const { stdout } = spawnSync('shellcheck', ['-s', 'sh', '-'], { input: script, encoding: 'utf8' })
    expect(stdout).toBe('')
  }
})
