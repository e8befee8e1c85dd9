import { describe, expect, it } from 'vitest'
import type { Client, Cluster } from '../../src/core/cluster.ts'
import { absent, type Fact, type Facts, present, unknown } from '../../src/core/fact.ts'
import type { Plan } from '../../src/core/plan.ts'
import type { Params } from '../../src/core/step.ts'
import { clientMount } from '../../src/facts/client-mount.ts'
import { mountUsers } from '../../src/facts/mount-users.ts'
import { packages } from '../../src/facts/package.ts'
import { records } from '../../src/facts/records.ts'
import { expectedOf } from '../../src/planner/evaluate.ts'
import { instancesOf, probesByHost } from '../../src/planner/instances.ts'
import { makePlan } from '../../src/planner/plan.ts'
import { loadPlaybook } from '../../src/playbook/load.ts'
import { ownedFile } from '../../src/steps/_file-diff.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { contextOf } from './ha-fixture.ts'

const example = exampleCluster()
const mounts: Client['mounts'] = [
  { export: '/srv/nfsha/data', path: '/mnt/data', options: ['vers=4.2', 'hard'], by: 'boot' },
  { export: '/srv/nfsha/data', path: '/mnt/lazy', options: ['vers=4.2'], by: 'automount' },
]
const client: Client = {
  name: 'c1',
  kind: 'client',
  ssh: example.nodes[0].ssh,
  mounts,
  watch: { everySeconds: 30, patienceSeconds: 10 },
}
const source = `${example.vips[0]?.address}:/srv/nfsha/data`

/** A client without anything of ours. */
const bare: Facts = { c1: {} }

async function planned(
  playbook: 'clients' | 'clients-remove',
  facts: Facts,
  { watch = client.watch, ...more }: Partial<Client> = {},
): Promise<Plan> {
  const { watch: _, ...unwatched } = client
  const wanted: Client = { ...unwatched, ...more, ...(watch && { watch }) }
  const cluster: Cluster = { ...example, clients: [wanted] }
  const { steps } = await loadPlaybook(playbook)
  const params: Params = {
    allowDataLoss: [],
    waitSync: false,
    ...(playbook === 'clients-remove' && { remove: true }),
  }
  const context = { ...contextOf(cluster), params, targets: cluster.clients }
  const instances = instancesOf(cluster, steps)
  const asked = (probesByHost(instances, context).c1 ?? []).map(({ id }) => [id, unsaid(id)] as const)
  const all = { c1: { ...Object.fromEntries(asked), ...facts.c1 } }
  return makePlan({ ...context, playbook, instances, facts: all })
}

function unsaid(id: string): Fact<unknown> {
  if (id.startsWith('mount-users')) return present([])
  if (id.startsWith('client-mount')) return present({ state: 'missing' })
  if (id.startsWith('packages'))
    return present({ 'nfs-common': { status: 'not-installed', hasCandidate: true } })
  return absent()
}

/** Facts once all of a plan is done. */
function factsAfter({ steps }: Plan, facts: Facts = bare): Facts {
  const laid = steps.flatMap(({ hosts }) =>
    hosts.flatMap(({ diff }) =>
      (expectedOf(diff).self ?? []).map(({ probe, fact }) => [probe.id, fact] as const),
    ),
  )
  return { c1: { ...facts.c1, ...Object.fromEntries(laid) } }
}

const summaries = ({ steps }: Plan) =>
  steps.flatMap(({ hosts }) => hosts.flatMap(({ diff }) => (diff.kind === 'change' ? [diff.summary] : [])))

describe('clients', () => {
  it('mounts, names the mounts in fstab, and watches them', async () => {
    expect(summaries(await planned('clients', bare))).toEqual([
      'install nfs-common',
      'create /etc/fstab',
      `mount ${source} at /mnt/data; mount ${source} at /mnt/lazy when somebody looks`,
      'create /usr/local/sbin/nfsha-mountwatch; create /etc/systemd/system/nfsha-mountwatch.service; create /etc/systemd/system/nfsha-mountwatch.timer; run nfsha-mountwatch.timer',
    ])
  })

  it('has nothing to do the second time; and once removed, nothing to remove', async () => {
    const done = factsAfter(await planned('clients', bare))
    expect(summaries(await planned('clients', done))).toEqual([])
    const removal = await planned('clients-remove', done)
    expect(summaries(removal)).toEqual([
      'stop watching the mounts',
      'unmount /mnt/data; unmount /mnt/lazy',
      'take the mounts out of /etc/fstab',
    ])
    expect(removal.counts.disruptive).toBe(1)
    expect(summaries(await planned('clients-remove', factsAfter(removal, done)))).toEqual([])
  })

  it("leaves an administrator's fstab as it was", async () => {
    const fstab = ownedFile(example, '/etc/fstab')
    const theirs = '/dev/vda / ext4 defaults 0 1\n'
    const found = { kind: 'file', mode: '0640', owner: 'root:adm', content: theirs, version: 'v' } as const
    const facts: Facts = { c1: { [fstab.id]: present(found) } }
    const done = factsAfter(await planned('clients', facts), facts)
    expect(done.c1?.[fstab.id]).toMatchObject({ value: { mode: '0640', owner: 'root:adm' } })
    const removal = await planned('clients-remove', done)
    expect(factsAfter(removal, done).c1?.[fstab.id]).toMatchObject({
      value: { mode: '0640', owner: 'root:adm', content: theirs },
    })
  })

  it('takes the watchdog away where it is switched off', async () => {
    const done = factsAfter(await planned('clients', bare))
    const { watch: _, ...off } = client
    const cluster: Cluster = { ...example, clients: [off] }
    const { steps } = await loadPlaybook('clients')
    const context = { ...contextOf(cluster), targets: cluster.clients }
    const plan = makePlan({
      ...context,
      playbook: 'clients',
      instances: instancesOf(cluster, steps),
      facts: done,
    })
    expect(summaries(plan)).toEqual(['stop watching the mounts'])
  })

  it.each([
    ['another file system', present({ state: 'other' }), 'mount-point-taken'],
    ["another server's export", present({ state: 'nfs', source: '10.0.0.1:/x' }), 'mount-point-taken'],
    ['a file', present({ state: 'not a directory' }), 'mount-point-taken'],
    ['nobody knows what', unknown('timeout'), 'unknown-mount'],
  ])('refuses a mount point that has %s', async (_case, fact, id) => {
    const { steps } = await planned('clients', { c1: { [clientMount('/mnt/data').id]: fact } })
    const refusals = steps
      .flatMap(({ hosts }) => hosts.map(({ diff }) => diff))
      .filter(d => d.kind === 'refusal')
    expect(refusals).toMatchObject([{ id }])
  })

  it.each([
    [
      'somebody uses',
      present([{ pid: 712, name: 'sleep' }]),
      'mount-in-use',
      /used by sleep \(process 712\)/,
    ],
    ['may be used', unknown('timeout'), 'unknown-mount', /who uses \/mnt\/data is not known: timeout/],
  ])('does not unmount what %s', async (_case, fact, id, reason) => {
    const there = present({ state: 'nfs', source })
    const { steps } = await planned('clients-remove', {
      c1: { [clientMount('/mnt/data').id]: there, [mountUsers('/mnt/data').id]: fact },
    })
    const diff = steps.find(({ ref }) => ref === 'client-mounted')?.hosts[0]?.diff
    expect(diff).toMatchObject({ kind: 'refusal', id, reason: expect.stringMatching(reason) })
  })

  it.each([
    ['only runs', ['runs.jsonl'], ['remove /var/lib/nfsha']],
    ['runs and earlier files', ['runs.jsonl', 'previous/etc/fstab.1'], ['remove /var/lib/nfsha']],
    ["a node's records", ['runs.jsonl', 'guard/data.superseded'], []],
  ])("of a memory of %s forgets what is a client's", async (_case, found, wanted) => {
    expect(summaries(await planned('clients-remove', { c1: { [records.id]: present(found) } }))).toEqual(
      wanted,
    )
  })

  it('refuses when it cannot be known what is installed', async () => {
    const { steps } = await planned('clients', { c1: { [packages(['nfs-common']).id]: unknown('no dpkg') } })
    expect(steps[0]?.hosts[0]?.diff).toMatchObject({ kind: 'refusal', id: 'unknown-packages' })
  })

  it('wants nothing of a client without mounts', async () => {
    expect(summaries(await planned('clients', bare, { mounts: [] }))).toEqual([])
  })
})
