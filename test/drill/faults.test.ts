import { spawnSync } from 'node:child_process'
import { describe, expect, test, vi } from 'vitest'
import type { Cluster, Node } from '../../src/core/cluster.ts'
import { NfshaError } from '../../src/core/error.ts'
import type { Fault, Scene } from '../../src/drill/fault.ts'
import { faultNamed, faults } from '../../src/drill/faults/registry.ts'
import { loadExample } from '../fixtures/cluster.ts'

interface Told {
  readonly node: string
  readonly script: string
}

/** A scene that writes down what it is told to do; `lab` gives it machines. */
function sceneOf(cluster: Cluster, lab: boolean) {
  const told: Told[] = []
  const deeds: string[] = []
  const run = async (node: Node, script: string) => {
    told.push({ node: node.name, script })
    return ''
  }
  const deed = (name: string) => async (node: string) => {
    deeds.push(`${name} ${node}`)
  }
  const [active, passive] = cluster.nodes
  const scene: Scene = {
    ...{ cluster, active, passive, lastsMs: 25_000, directory: '/run/nfsha-drill/x' },
    ...{ run, tryRun: run, fire: async (node, script) => void (await run(node, script)) },
    ...(lab && {
      machines: {
        powerCut: deed('power-cut'),
        powerOn: deed('power-on'),
        freeze: deed('freeze'),
        thaw: deed('thaw'),
        setCable: async (node, link, isUp) => void deeds.push(`${link} of ${node} ${isUp ? 'up' : 'down'}`),
      },
    }),
  }
  return { scene, told, deeds }
}

const { cluster } = await loadExample('lab')
const anywhere = { cluster }
const inLab = sceneOf(cluster, true).scene

const all: readonly Fault[] = [
  ...faults,
  faultNamed('heartbeat-medium-cut:em2', anywhere),
  faultNamed('helper-frozen:rpcbind@taker', anywhere),
  faultNamed('helper-dead:statd@giver', anywhere),
  faultNamed('helper-dead:mountd@taker', anywhere),
]

describe.each(all.map(fault => [fault.name, fault] as const))('%s', (_name, fault) => {
  test.each([true, false])('injects and heals something, in a lab or not: %s', async lab => {
    const { scene, told, deeds } = sceneOf(cluster, lab)
    if (!lab && fault.where === 'lab') return expect(fault.unfit?.(scene)).toBeDefined()
    await fault.inject(scene)
    expect(told.length + deeds.length).toBeGreaterThan(0)
    await fault.heal(scene)
  })

  test('tells the nodes good POSIX sh', async () => {
    const { scene, told } = sceneOf(cluster, fault.where === 'lab')
    await fault.inject(scene)
    await fault.heal(scene)
    // SC2016: words that another shell is to expand stand in single quotes on purpose.
    for (const { script } of told)
      expect(
        spawnSync('shellcheck', ['-s', 'sh', '-e', 'SC2016', '-'], { input: script }).stdout.toString(),
      ).toBe('')
  })
})

test('traffic is cut on both nodes, by the NIC of each, and joined again', async () => {
  const { scene, told } = sceneOf(cluster, false)
  const fault = faultNamed('heartbeat-medium-cut:em2', anywhere)
  await fault.inject(scene)
  expect(told.map(({ node }) => node)).toEqual(['m1', 'm2'])
  expect(told[0]?.script).toContain('ip -4 rule add pref 7 ipproto udp oif em2 dport 694 prohibit')
  expect(told[0]?.script).not.toContain('em1')
  await fault.heal(scene)
  expect(told[2]?.script).toContain('ip -4 rule del pref 7')
})

test("a fault undoes itself when its controller is gone, and only while the drill's directory is there", async () => {
  const { scene, told } = sceneOf(cluster, false)
  await faultNamed('nfsd-hang', anywhere).inject(scene)
  expect(told[0]?.script).toContain('sleep 195; [ ! -d /run/nfsha-drill/x ] || { fsfreeze -u /srv/nfsha')
})

test('a killed heartbeat starts again only once its group is given up, and not where it lives', async () => {
  const { scene, told } = sceneOf(cluster, false)
  await faultNamed('heartbeat-kill', anywhere).heal(scene)
  expect(told.map(({ script }) => script)).toEqual([
    'pgrep -x heartbeat >/dev/null || { /etc/ha.d/resource.d/nfsha lab stop; systemctl stop heartbeat.service; systemctl start heartbeat.service; }',
  ])
})

test('of two faults the second is healed first', async () => {
  const { scene, told, deeds } = sceneOf(cluster, true)
  const pair = faultNamed('replication-cut+power-cut', inLab)
  expect(pair).toMatchObject({ name: 'replication-cut+power-cut', stops: 'active' })
  told.splice(0)
  await pair.heal(scene)
  expect(deeds).toEqual(['power-on m1'])
  expect(told).toHaveLength(2)
})

describe('of two faults, where the second one stopped a node', () => {
  const pair = faultNamed('replication-cut+power-cut', inLab)
  const down = (code: NfshaError['code']) => new NfshaError(code, 'm1 does not answer', 'wait')

  /** Heals where m1 answers only from its nth try on; the tries of each node. */
  async function healed(errors: readonly NfshaError[]) {
    const { scene } = sceneOf(cluster, true)
    const tries: Record<string, number> = {}
    const run = async ({ name }: Node) => {
      tries[name] = (tries[name] ?? 0) + 1
      const error = name === 'm1' ? errors[tries[name] - 1] : undefined
      if (error !== undefined) throw error
      return ''
    }
    vi.useFakeTimers()
    try {
      const healing = pair.heal({ ...scene, run }).then(
        () => 'healed',
        ({ message }: Error) => message,
      )
      await vi.runAllTimersAsync()
      return { ended: await healing, tries }
    } finally {
      vi.useRealTimers()
    }
  }

  test('the first is healed when that node is up again', async () => {
    expect(await healed([down('unreachable'), down('unreachable')])).toEqual({
      ended: 'healed',
      tries: { m1: 3, m2: 3 },
    })
  })

  test('what else goes wrong is no reason to try again', async () => {
    expect(await healed([down('failed')])).toEqual({ ended: 'm1 does not answer', tries: { m1: 1, m2: 1 } })
  })

  test('a node that stays away is not waited for without end', async () => {
    const { ended, tries } = await healed(Array.from({ length: 1000 }, () => down('unreachable')))
    expect(ended).toBe('m1 does not answer')
    expect(tries.m1).toBeGreaterThan(100)
  })
})

test.each([
  ['no-such', anywhere, 'there is no fault no-such'],
  ['node-freeze', anywhere, 'only a lab can do that'],
  ['heartbeat-medium-cut:em3', anywhere, 'em3 carries no heartbeat medium'],
  ['standby+reboot+all-cut', inLab, 'at most two'],
])('%s is refused', (name, where, message) => {
  expect(() => faultNamed(name, where)).toThrow(message)
})

test('a cluster with one medium has no medium to spare', () => {
  const { heartbeat } = cluster
  const one = { ...cluster, heartbeat: { ...heartbeat, media: heartbeat.media.slice(0, 1) } }
  expect(() => faultNamed('heartbeat-medium-cut:em1', { cluster: one })).toThrow('em1 is the only medium')
})

test('without ping nodes no gateway can go', () => {
  const none = { ...cluster, heartbeat: { ...cluster.heartbeat, pingGroups: [] } }
  expect(() => faultNamed('gateway-gone', { cluster: none })).toThrow('no ping node')
})
