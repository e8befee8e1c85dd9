import { Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { plain } from '../../src/report/paint.ts'
import { liveProgress } from '../../src/report/progress-live.ts'
import { change, planOf, step } from './sample-plan.ts'

/** A terminal that remembers what was written to it. */
function terminal() {
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk
      done()
    },
  })
  Object.assign(stream, { isTTY: true, columns: 80, rows: 24 })
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text }
}

const plan = planOf(
  step('hosts', 'Name the nodes', { m1: change({}) }),
  step('quiet', 'Nothing here', { m1: { kind: 'in-sync' } }),
  step('packages', 'Install', { m1: change({}) }),
)

function start() {
  const err = terminal()
  const out = terminal()
  const progress = liveProgress({ stream: err.stream, otherStream: out.stream, paint: plain })
  return { progress, err, out }
}

describe('liveProgress', () => {
  test('draws the steps that do something, with their time, and nothing on standard output', async () => {
    const { progress, err, out } = start()
    progress.sink({ type: 'plan-made', plan })
    for (const ref of ['hosts', 'packages']) {
      progress.sink({ type: 'step-started', ref, title: 'T', hosts: ['m1'] })
      progress.sink({ type: 'step-finished', ref, result: 'done', durationMs: 1500 })
    }
    await progress.settle()
    expect(err.text()).toContain('hosts  Name the nodes  1.5 s')
    expect(err.text()).toContain('packages  Install  1.5 s')
    expect(err.text()).not.toContain('quiet')
    expect(out.text()).toBe('')
  })

  test('draws why a step failed, and ends though the others were not reached', async () => {
    const { progress, err } = start()
    progress.sink({ type: 'plan-made', plan })
    progress.sink({ type: 'step-started', ref: 'hosts', title: 'T', hosts: ['m1'] })
    progress.sink({
      type: 'step-finished',
      ref: 'hosts',
      result: 'failed',
      durationMs: 1,
      message: 'disk full',
    })
    await progress.settle()
    expect(err.text()).toContain('disk full')
    expect(err.text()).toContain('– packages  Install  not reached')
  })

  test.each([[['hosts']], [[]]])(
    'a step that a run came to its end before is no failure (%j done)',
    async done => {
      const { progress, err } = start()
      progress.sink({ type: 'plan-made', plan })
      for (const ref of done) progress.sink({ type: 'step-finished', ref, result: 'done', durationMs: 1 })
      await progress.settle()
      expect(err.text()).toContain('– packages  Install  not reached')
      expect(err.text()).not.toContain('✖')
    },
  )

  test('shows the hosts that are asked, and why one did not answer', async () => {
    const { progress, err } = start()
    progress.sink({ type: 'host-connecting', host: 'm1' })
    progress.sink({ type: 'host-connecting', host: 'm2' })
    await Promise.resolve()
    progress.sink({ type: 'host-connected', host: 'm1', durationMs: 5 })
    progress.sink({ type: 'host-failed', host: 'm2', message: 'no route to host' })
    progress.sink({ type: 'facts-gathered', hosts: ['m1'], durationMs: 5 })
    await progress.settle()
    expect(err.text()).toContain('m1  reading')
    expect(err.text()).toContain('no route to host')
  })

  test('tells what happens outside of steps in plain lines', async () => {
    const { progress, err } = start()
    progress.sink({ type: 'host-failed', host: 'm2', message: 'no route to host' })
    await progress.settle()
    expect(err.text()).toBe('m2: no route to host\n')
  })
})
