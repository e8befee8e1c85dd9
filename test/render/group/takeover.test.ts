import { describe, expect, it } from 'vitest'
import { exampleCluster } from '../../fixtures/cluster.ts'
import type { World } from './world.ts'
import { bootedNode, cutOff, example, guard, inStep, verdict } from './worlds.ts'

const { fencing } = example
const byHand = exampleCluster({ fencing: { ...fencing, takeover: 'by-hand' } })
const delayed = exampleCluster({ fencing: { ...fencing, takeover: 'delayed', takeoverDelayMs: 30_000 } })

/** How often the script slept before it promoted. */
function waits(node: World): number {
  const calls = node.calls()
  return calls.slice(0, calls.indexOf('drbdadm primary data')).filter(call => call === 'sleep 1').length
}

describe('takeovers by hand', () => {
  it('are refused when the peer is gone without having handed over, with what to do', async () => {
    const node = bootedNode(byHand)
    node.drbd(...cutOff)
    expect(await verdict(node)).toBe('guard-by-hand')
    expect(node.read(`${guard}/refused`)).toMatch(/next make sure that .* is off; .*hb_takeover all$/m)
  })

  it('are refused beside a crashed peer that still seems Primary', async () => {
    const node = bootedNode(byHand)
    node.drbd('Connected', 'Secondary/Primary', 'UpToDate/UpToDate')
    expect(await verdict(node)).toBe('guard-by-hand')
  })

  it('pass once, when somebody has said so', async () => {
    const node = bootedNode(byHand)
    node.drbd(...cutOff)
    node.write(`${guard}/data.chosen`, '')
    expect(await verdict(node)).toBe('promoted')
    expect(node.has(`${guard}/data.chosen`)).toBe(false)
  })

  it('do not stand in the way of a hand-over, nor of the first start', async () => {
    const released = bootedNode(byHand)
    released.drbd(...cutOff)
    released.write('run/nfsha/data.peer-released', '')
    expect(await verdict(released)).toBe('promoted')
    const started = bootedNode(byHand)
    started.drbd(...inStep)
    expect(await verdict(started)).toBe('promoted')
  })
})

describe('delayed takeovers', () => {
  it('wait, and then are made', async () => {
    const node = bootedNode(delayed)
    node.drbd(...cutOff)
    expect(await verdict(node)).toBe('promoted')
    expect(waits(node)).toBe(30)
    expect(node.log()[0]).toMatch(/is gone without having handed over data; taking over in 30 s/)
  })

  it('do not wait where the peer handed over', async () => {
    const node = bootedNode(delayed)
    expect(await verdict(node)).toBe('promoted')
    expect(waits(node)).toBe(0)
  })
})
