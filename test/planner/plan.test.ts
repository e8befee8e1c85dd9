import { describe, expect, test } from 'vitest'
import { defineClientStep } from '../../src/core/client-step.ts'
import type { Client, Cluster } from '../../src/core/cluster.ts'
import { expects, inSync, refusal } from '../../src/core/diff.ts'
import { absent, type Fact, type Facts, present, unknown } from '../../src/core/fact.ts'
import type { Probe } from '../../src/core/probe.ts'
import { type AnyStep, defineStep, defineStepOver } from '../../src/core/step.ts'
import { diffInstance } from '../../src/planner/evaluate.ts'
import { instancesOf, probesByHost } from '../../src/planner/instances.ts'
import { changesThatDiffer, doneSince, makePlan } from '../../src/planner/plan.ts'

// Planning looks at node names only; what else a cluster has is the steps' business.
const cluster = {
  name: 'c1',
  preferredNode: 'm1',
  nodes: [{ name: 'm1' }, { name: 'm2' }],
  volumes: [{ name: 'data' }, { name: 'logs' }],
} as unknown as Cluster

const context = {
  cluster,
  params: { allowDataLoss: [], waitSync: false },
  render: () => [],
}

function probe(id: string): Probe<string> {
  return {
    id,
    script: `cat /${id}`,
    parse: out => present(out.stdout),
    deadlineMs: 1000,
    maxBytes: 1000,
  }
}

/** A step that wants a probe to find a word, and by default says so in its expectation. */
function wants(id: string, word: string, more: { expected?: string; order?: 'one-by-one' } = {}): AnyStep {
  return defineStep({
    id,
    title: id,
    order: more.order ?? 'parallel',
    reads: () => ({ word: probe(id) }),
    diff: (_, self) => {
      if (self.facts.word.state === 'unknown')
        return refusal('unknown-state', self.facts.word.reason, 'look there')
      if (self.facts.word.state === 'present' && self.facts.word.value === word) return inSync
      return {
        kind: 'change',
        summary: `write ${word}`,
        symbol: '~',
        risk: 'safe',
        actions: [{ kind: 'run', argv: ['echo', word], timeoutMs: 1000 }],
        expect: { self: [expects(probe(id), present(more.expected ?? word))] },
      }
    },
  })
}

const plan = (steps: readonly AnyStep[], facts: Facts) =>
  makePlan({ ...context, playbook: 'deploy', instances: instancesOf(cluster, steps), facts })

const kinds = (made: ReturnType<typeof plan>) =>
  made.steps.flatMap(step => step.hosts.map(({ host, diff }) => `${step.ref} ${host} ${diff.kind}`))

const both = (facts: Facts[string]): Facts => ({ m1: facts, m2: facts })

describe('makePlan', () => {
  test('a later step sees what an earlier one will have done', () => {
    const copies = defineStep({
      id: 'copies',
      title: 'copies',
      reads: () => ({ word: probe('first') }),
      diff: (_, self) =>
        self.facts.word.state === 'present' && self.facts.word.value === 'a'
          ? inSync
          : refusal('too-early', 'first is not done', 'plan it before'),
    })
    expect(kinds(plan([wants('first', 'a'), copies], both({ first: absent() })))).toEqual([
      'first m1 change',
      'first m2 change',
      'copies m1 in-sync',
      'copies m2 in-sync',
    ])
  })

  test('a step whose change does not reach what it wants is faulty, and named', () => {
    expect(() => plan([wants('wrong', 'a', { expected: 'b' })], both({ wrong: absent() }))).toThrow(
      /step wrong is faulty: after its own change it still wants to write a/,
    )
  })

  test('all refusals are listed, not only the first', () => {
    const made = plan(
      [wants('one', 'a'), wants('two', 'b')],
      both({ one: unknown('no'), two: unknown('no') }),
    )
    expect(made.counts).toMatchObject({ refusal: 4, change: 0 })
  })

  test('a fact that was not read is unknown, not absent', () => {
    expect(kinds(plan([wants('one', 'a')], {}))).toEqual(['one m1 refusal', 'one m2 refusal'])
  })

  test('a refusal that says what would have held leaves the rest of the plan readable', () => {
    const refuses = defineStep({
      id: 'refuses',
      title: 'refuses',
      reads: () => ({ word: probe('first') }),
      diff: () => refusal('data-loss', 'ext4', 'look', { self: [expects(probe('second'), present('b'))] }),
    })
    expect(kinds(plan([refuses, wants('second', 'b')], both({})))).toEqual([
      'refuses m1 refusal',
      'refuses m2 refusal',
      'second m1 in-sync',
      'second m2 in-sync',
    ])
  })

  test('one-by-one: the second node is diffed on what the first one leaves', () => {
    const shared = defineStep({
      id: 'shared',
      title: 'shared',
      order: 'one-by-one',
      reads: () => ({ word: probe('shared') }),
      diff: (_, self) =>
        self.facts.word.state === 'present'
          ? inSync
          : {
              kind: 'change',
              summary: 'make it, on both at once',
              symbol: '+',
              risk: 'safe',
              actions: [],
              expect: {
                self: [expects(probe('shared'), present('x'))],
                peer: [expects(probe('shared'), present('x'))],
              },
            },
    })
    expect(kinds(plan([shared], both({ shared: absent() })))).toEqual([
      'shared m1 change',
      'shared m2 in-sync',
    ])
  })

  test('the same input gives the same plan', () => {
    const facts = both({ one: absent() })
    const asJson = () => JSON.stringify(plan([wants('one', 'a')], facts))
    expect(asJson()).toBe(asJson())
  })
})

describe('the digest', () => {
  test('is of what would run, not of what was found', () => {
    const steps = [wants('one', 'a')]
    expect(plan(steps, both({ one: absent() })).digest).toBe(plan(steps, both({ one: present('z') })).digest)
    expect(plan(steps, both({ one: absent() })).digest).not.toBe(
      plan(steps, { m1: { one: present('a') }, m2: { one: absent() } }).digest,
    )
  })

  test('changes that differ are named with their node', () => {
    const steps = [wants('one', 'a'), wants('two', 'b')]
    const shown = plan(steps, both({ one: absent(), two: absent() }))
    const now = plan(steps, {
      m1: { one: present('a'), two: absent() },
      m2: { one: absent(), two: absent() },
    })
    expect(changesThatDiffer(shown, now)).toEqual(['one on m1'])
    expect(changesThatDiffer(shown, shown)).toEqual([])
  })
})

describe('what another run has done since', () => {
  const steps = [wants('one', 'a'), wants('two', 'b')]
  const shown = plan(steps, both({ one: absent(), two: absent() }))
  const now = (one: Fact<string>, two: Fact<string>) =>
    plan(steps, { m1: { one, two }, m2: { one: absent(), two: absent() } })

  test.each([
    ['some of the changes', now(present('a'), absent()), ['one on m1']],
    ['all of a node’s', now(present('a'), present('b')), ['one on m1', 'two on m1']],
    ['nothing', shown, []],
  ])('is %s', (_, left, done) => {
    expect(doneSince(shown, left)).toEqual(done)
  })

  test('is nothing where what is left is not what was shown', () => {
    const before = now(present('a'), absent())
    expect(doneSince(before, shown)).toEqual([])
    const others = plan([wants('one', 'z'), wants('two', 'b')], {
      m1: { one: present('z'), two: absent() },
      m2: { one: absent(), two: absent() },
    })
    expect(doneSince(shown, others)).toEqual([])
  })
})

describe('targets', () => {
  const onM2 = { ...context, targets: cluster.nodes.filter(({ name }) => name === 'm2') }

  test('nothing is asked of a node that is left out, nor planned for it', () => {
    const instances = instancesOf(cluster, [wants('first', 'a')])
    expect(Object.keys(probesByHost(instances, onM2))).toEqual(['m2'])
    const made = makePlan({ ...onM2, playbook: 'p', instances, facts: { m2: { first: absent() } } })
    expect(kinds(made)).toEqual(['first m2 change'])
  })

  test('what a step wants to know of a node that is left out is unknown', () => {
    const curious = defineStep({
      id: 'curious',
      title: 'curious',
      joint: true,
      reads: () => ({ word: probe('word') }),
      diff: (_, _self, peer) =>
        peer.facts.word.state === 'unknown' ? inSync : refusal('x', peer.facts.word.state, ''),
    })
    const instances = instancesOf(cluster, [curious])
    const made = makePlan({ ...onM2, playbook: 'p', instances, facts: { m2: { word: absent() } } })
    expect(kinds(made)).toEqual(['curious m2 in-sync'])
  })

  test('a step for clients is diffed on clients only, and asks them only', () => {
    const onClient = defineClientStep({
      id: 'mounted',
      title: 'mounted',
      reads: () => ({ word: probe('mounted') }),
      diff: ({ host }, { facts }) => refusal('x', `${host.kind} ${host.name} ${facts.word.state}`, 'nothing'),
    })
    const client = { name: 'c1', kind: 'client' } as Client
    const all = { ...context, targets: [...cluster.nodes, client] }
    const instances = instancesOf(cluster, [wants('first', 'a'), onClient])
    expect(Object.entries(probesByHost(instances, all)).map(([name, ids]) => [name, ids.length])).toEqual([
      ['m1', 1],
      ['m2', 1],
      ['c1', 1],
    ])
    const [, step] = makePlan({
      ...all,
      playbook: 'p',
      instances,
      facts: both({ first: present('a') }),
    }).steps
    expect(step?.hosts).toMatchObject([{ host: 'c1', diff: { reason: 'client c1 unknown' } }])
  })
})

describe('instances', () => {
  const perVolume = defineStepOver({
    id: 'up',
    title: 'up',
    over: c => c.volumes.map(volume => ({ key: volume.name, item: volume })),
    reads: ({ item }) => ({ word: probe(`up:${item.name}`), shared: probe('shared') }),
    diff: () => inSync,
  })

  test('a step over volumes exists once per volume, on both nodes', () => {
    const instances = instancesOf(cluster, [perVolume])
    expect(instances.map(({ ref }) => ref)).toEqual(['up[data]', 'up[logs]'])
    expect(
      instances.flatMap(instance => diffInstance(instance, {}, context).map(({ host }) => host)),
    ).toEqual(['m1', 'm2', 'm1', 'm2'])
  })

  test('each question is asked once, on both nodes', () => {
    const probes = probesByHost(instancesOf(cluster, [perVolume]), context)
    expect(Object.keys(probes)).toEqual(['m1', 'm2'])
    expect(probes.m2?.map(({ id }) => id)).toEqual(['up:data', 'shared', 'up:logs'])
  })
})
