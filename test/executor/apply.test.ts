import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Diff } from '../../src/core/diff.ts'
import { NfshaError } from '../../src/core/error.ts'
import type { RunEvent } from '../../src/core/event.ts'
import { readRunSummaries } from '../../src/executor/summary.ts'
import { type Controller, cluster, connectController, script, secret, wordStep } from './harness.ts'
import { type Nodes, startNodes } from './nodes.ts'

let nodes: Nodes
let controller: Controller
beforeAll(async () => {
  nodes = await startNodes(['m1', 'm2'])
})
afterAll(() => nodes.stop())
beforeEach(async () => {
  for (const name of ['m1', 'm2']) await nodes.run(name, 'rm -rf /srv/* /run/* /var/lib/*')
  controller = await connectController(nodes)
})
afterEach(() => controller.close())

const typesOf = (events: readonly RunEvent[]) => events.map(event => event.type)
const inFile = (node: string, name: string) => nodes.run(node, `cat /srv/${name} 2>/dev/null || echo -`)
/** Whether anything of a run is left on a node: its lock's name, its spool, a held lock. */
const leftOn = (node: string) =>
  nodes.run(
    node,
    'cd /run/nfsha && ls lock.json lock.shell runs/* 2>/dev/null; flock -n lock true || echo held',
  )

describe('a plan that goes well', () => {
  test('is done on both nodes in one round trip, verified, and noted', async () => {
    const steps = ['one', 'two', 'three'].map(id => wordStep({ id, wants: `${id}!` }))
    const planned = await controller.plan(steps)
    const result = await controller.apply(planned)
    expect(result).toMatchObject({ result: 'done', exitCode: 0 })
    // Connect, facts, lock with facts, one chunk with facts, summary and release.
    expect(controller.hosts.roundTrips()).toBe(4)
    for (const node of ['m1', 'm2']) {
      expect(await inFile(node, 'three')).toBe('three!\n')
      expect(await leftOn(node)).toBe('')
    }
    const summaries = await readRunSummaries(controller.hosts)
    expect(summaries.m2).toMatchObject([
      { id: controller.run.id, who: 'ann', result: 'done', changed: ['one', 'two', 'three'] },
    ])
    const again = await controller.plan(steps)
    expect(await controller.apply(again)).toEqual({ result: 'nothing-to-do', exitCode: 0 })
  })

  test('without the node that does not answer: the other one is worked on, and it alone is locked', async () => {
    controller.hosts.lose('m2', new NfshaError('unreachable', 'm2 is gone', 'mend it'))
    const targets = cluster.nodes.filter(({ name }) => name === 'm1')
    const step = wordStep({ id: 'one', wants: 'a' })
    const planned = await controller.plan([step], targets)
    expect(planned.plan.steps[0]?.hosts.map(({ host }) => host)).toEqual(['m1'])
    expect(await controller.apply(planned, { targets })).toMatchObject({ result: 'done' })
    expect(await inFile('m1', 'one')).toBe('a\n')
    expect(await inFile('m2', 'one')).toBe('-\n')
    expect(await nodes.run('m2', 'ls /run/nfsha 2>/dev/null || echo untouched')).toBe('untouched\n')
  })

  test('tells what it does, in order', async () => {
    const step = wordStep({
      id: 'one',
      wants: 'a',
      actions: [script('echo first; echo second; echo a >/srv/one')],
    })
    await controller.apply(await controller.plan([step]))
    const ofM1 = controller.events.filter(event => !('host' in event) || event.host === 'm1').slice(2)
    expect(typesOf(ofM1)).toEqual([
      'lock-taken',
      'step-started',
      'action-started',
      'action-output',
      'action-finished',
      'step-finished',
    ])
    expect(ofM1[4]).toMatchObject({ exitCode: 0, index: 0, output: 'first\nsecond\n' })
  })

  test('tells each line of an action that is made for people', async () => {
    const actions = [script('echo first; echo second; echo a >/srv/one', { tells: true })]
    await controller.apply(await controller.plan([wordStep({ id: 'one', wants: 'a', actions })]))
    const told = controller.events.flatMap(event =>
      event.type === 'action-told' && event.host === 'm1' ? [event.text] : [],
    )
    expect(told).toEqual(['first', 'second'])
  })

  test('shows output while an action runs', async () => {
    const early = new Promise<RunEvent>(resolve => {
      void connectController(nodes, event => {
        if (event.type === 'action-output') resolve(event)
      }).then(async other => {
        const step = wordStep({
          id: 'slow',
          wants: 'a',
          // Ends only once its first line was told.
          actions: [script('echo waiting; while [ ! -e /srv/go ]; do sleep 0.1; done; echo a >/srv/slow')],
        })
        await other.apply(await other.plan([step]))
        await other.close()
      })
    })
    expect(await early).toMatchObject({ text: 'waiting\n' })
    for (const node of ['m1', 'm2']) await nodes.run(node, 'touch /srv/go')
  })

  test('much output comes whole, and its end is kept', async () => {
    const step = wordStep({ id: 'one', wants: 'a', actions: [script('seq 100000; echo a >/srv/one')] })
    await controller.apply(await controller.plan([step]))
    const told = controller.events.flatMap(event =>
      event.type === 'action-output' && event.host === 'm1' ? [event.text] : [],
    )
    expect(told.join('').split('\n')).toHaveLength(100_001)
    const finished = controller.events.find(event => event.type === 'action-finished')
    expect(finished).toMatchObject({ output: expect.stringMatching(/\n99999\n100000\n$/) })
  })

  test('content of any bytes arrives through the runner', async () => {
    const content = "it's\n'\\''\n$(id) `id`\\\nEOF\nā ž ' \u0081\u0088 no newline"
    const put = { kind: 'put', path: '/srv/f', content: [content], mode: '0600', owner: 'root:root' } as const
    await controller.apply(await controller.plan([wordStep({ id: 'f', wants: content, actions: [put] })]))
    expect(await nodes.run('m2', 'cat /srv/f')).toBe(content)
  })

  test('one node after the other, where the step says so', async () => {
    const note = script('date +%s%N >/srv/when; sleep 0.2; echo a >/srv/one; date +%s%N >>/srv/when')
    const step = wordStep({ id: 'one', wants: 'a', actions: [note], more: { order: 'one-by-one' } })
    expect(await controller.apply(await controller.plan([step]))).toMatchObject({ result: 'done' })
    const [, end] = (await inFile('m1', 'when')).split('\n')
    const [begin] = (await inFile('m2', 'when')).split('\n')
    expect(BigInt(begin ?? 0) > BigInt(end ?? 0)).toBe(true)
  })
})

describe('refusals', () => {
  test('a plan that is no longer true is refused, naming what moved', async () => {
    const planned = await controller.plan([
      wordStep({ id: 'one', wants: 'a' }),
      wordStep({ id: 'two', wants: 'b' }),
    ])
    await nodes.run('m2', 'echo b >/srv/two')
    expect(await controller.apply(planned)).toEqual({
      result: 'refused',
      exitCode: 5,
      message: 'the nodes changed since the plan was made: two on m2',
      hint: 'nothing was touched: make the plan again, and see what is different',
    })
    expect(await inFile('m1', 'one')).toBe('-\n')
    expect(await leftOn('m1')).toBe('')
  })

  test('a plan with a refusal is not begun', async () => {
    const refusal: Diff = { kind: 'refusal', id: 'x', reason: 'there is data', hint: 'look' }
    const planned = await controller.plan([
      wordStep({ id: 'one', wants: 'a' }),
      wordStep({ id: 'two', wants: 'b', instead: () => refusal }),
    ])
    expect(await controller.apply(planned)).toMatchObject({
      exitCode: 5,
      message: 'two on m1: there is data',
      hint: 'look',
    })
    expect(await inFile('m1', 'one')).toBe('-\n')
  })

  test('a guard that does not hold keeps its action from being begun', async () => {
    const guard = { expects: 'an empty disk', script: 'echo "a file system"; exit 1' }
    const step = wordStep({ id: 'one', wants: 'a', actions: [script('echo a >/srv/one', { guard })] })
    expect(await controller.apply(await controller.plan([step]))).toMatchObject({
      exitCode: 5,
      message: 'one on m1: "echo a >/srv/one" was not begun: it needs an empty disk, and found a file system',
    })
    expect(await inFile('m1', 'one')).toBe('-\n')
    expect(await inFile('m2', 'one')).toBe('-\n')
  })

  test('a guard that holds lets its action run', async () => {
    const guard = { expects: 'anything', script: 'test ! -e /srv/one' }
    const step = wordStep({ id: 'one', wants: 'a', actions: [script('echo a >/srv/one', { guard })] })
    expect(await controller.apply(await controller.plan([step]))).toMatchObject({ result: 'done' })
  })

  test('what is to be destroyed is looked at again directly before', async () => {
    const before = wordStep({
      id: 'before',
      wants: 'a',
      actions: [script('echo a >/srv/before; echo precious >/srv/disk')],
    })
    const disk = wordStep({
      id: 'disk',
      wants: 'formatted',
      risk: 'destructive',
      instead: found =>
        found === 'precious'
          ? { kind: 'refusal', id: 'data-loss', reason: 'it holds data', hint: 'look' }
          : undefined,
    })
    const result = await controller.apply(await controller.plan([before, disk]))
    expect(result.exitCode).not.toBe(0)
    expect(await inFile('m1', 'disk')).toBe('precious\n')
  })

  test('a node that is not connected', async () => {
    const planned = await controller.plan([wordStep({ id: 'one', wants: 'a' })])
    await controller.hosts.sessions.get('m2')?.close()
    expect(await controller.apply(planned)).toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('m2'),
    })
    expect(await inFile('m1', 'one')).toBe('-\n')
  })
})

describe('failures', () => {
  test('an action that says itself what went wrong and what to do is taken at its word', async () => {
    const step = wordStep({
      id: 'one',
      wants: 'a',
      actions: [script('echo trying; echo "error: it is back"; echo "fix: mend it"; exit 1')],
    })
    expect(await controller.apply(await controller.plan([step]))).toMatchObject({
      exitCode: 1,
      message: 'one on m1: it is back',
      hint: 'mend it',
    })
  })

  test('an action that fails ends the run: message, what was printed, nothing after it', async () => {
    const step = wordStep({
      id: 'one',
      wants: 'a',
      actions: [script('echo trying; echo no space >&2; exit 28'), script('touch /srv/after')],
    })
    const result = await controller.apply(await controller.plan([step, wordStep({ id: 'two', wants: 'b' })]))
    expect(result).toMatchObject({
      result: 'failed',
      exitCode: 1,
      message: 'one on m1: echo trying; echo no space >&2; exit 28 ended with exit code 28: no space',
    })
    expect(await inFile('m1', 'after')).toBe('-\n')
    expect(await inFile('m1', 'two')).toBe('-\n')
    const summaries = await readRunSummaries(controller.hosts)
    expect(summaries.m1).toMatchObject([{ result: 'failed', changed: [], message: result.message }])
    expect(await nodes.run('m1', 'cat /run/nfsha/runs/*/out.0.0; flock -n /run/nfsha/lock echo free')).toBe(
      'trying\nno space\nfree\n',
    )
  })

  test('exit codes that are success go on', async () => {
    const run = {
      kind: 'run',
      argv: ['sh', '-c', 'echo a >/srv/one; exit 3'],
      okCodes: [0, 3],
      timeoutMs: 5000,
    } as const
    const step = wordStep({ id: 'one', wants: 'a', actions: [run] })
    expect(await controller.apply(await controller.plan([step]))).toMatchObject({ result: 'done' })
  })

  test('an action that takes too long is ended and named', async () => {
    const step = wordStep({ id: 'one', wants: 'a', actions: [script('sleep 60', { timeoutMs: 1000 })] })
    expect(await controller.apply(await controller.plan([step]))).toMatchObject({
      exitCode: 1,
      message: 'one on m1: sleep 60 did not end within 1 s',
    })
  })

  test('an action that reads its standard input finds none', async () => {
    const step = wordStep({ id: 'one', wants: 'a', actions: [script('cat; read x; echo a >/srv/one')] })
    expect(await controller.apply(await controller.plan([step]))).toMatchObject({ result: 'done' })
  })

  test('secrets are hidden in what actions print, even in two halves', async () => {
    const put = {
      kind: 'put',
      path: '/srv/key',
      content: ['', secret],
      mode: '0600',
      owner: 'root:root',
    } as const
    const leak = script('cat /srv/key; printf "half k3y-of"; sleep 1.5; printf -- "-the-cluster\\n"; exit 1')
    const step = wordStep({ id: 'one', wants: 'a', actions: [put, leak] })
    const result = await controller.apply(await controller.plan([step]))
    const told = JSON.stringify([controller.events, result])
    expect(told).not.toContain('k3y-of-the-cluster')
    expect(told).toContain('half <secret auth>')
  })
})

describe('predictions', () => {
  test('a step that does not bring what it says is our fault, not the node’s', async () => {
    const step = wordStep({ id: 'one', wants: 'a', actions: [script('echo b >/srv/one')] })
    expect(await controller.apply(await controller.plan([step]))).toMatchObject({
      exitCode: 1,
      message:
        'our prediction was wrong in one: on m1 its actions ran well, and it still wants to write a; word:one on m1: expected "a", found "b"; word:one on m2: expected "a", found "b"',
    })
  })

  test('a state that lags its command is looked at again', async () => {
    const step = wordStep({
      id: 'one',
      wants: 'a',
      actions: [script('(sleep 1; echo a >/srv/one) >/dev/null 2>&1 &')],
    })
    expect(await controller.apply(await controller.plan([step]))).toMatchObject({ result: 'done' })
  })

  test('a wrong prediction that changes nothing of what is left is told, and the run goes on', async () => {
    const one = wordStep({ id: 'one', wants: 'a', more: { joint: true }, expected: [['other', 'x']] })
    const two = wordStep({ id: 'two', wants: 'b', more: { joint: true } })
    expect(await controller.apply(await controller.plan([one, two]))).toMatchObject({ result: 'done' })
    expect(controller.events).toContainEqual({
      type: 'prediction-missed',
      ref: 'one',
      host: 'm1',
      probe: 'word:other',
      detail: 'expected "x", found "-"',
    })
  })

  test('what a step reads, and nobody said would stay, may change without a word', async () => {
    const one = wordStep({
      id: 'one',
      wants: 'a',
      also: ['other'],
      more: { joint: true },
      actions: [script('echo a >/srv/one; echo new >/srv/other')],
    })
    const two = wordStep({ id: 'two', wants: 'b', more: { joint: true } })
    expect(await controller.apply(await controller.plan([one, two]))).toMatchObject({ result: 'done' })
    expect(typesOf(controller.events)).not.toContain('prediction-missed')
    expect(controller.hosts.roundTrips()).toBe(5)
  })

  test('a wrong prediction that changes what is left ends the run', async () => {
    const one = wordStep({ id: 'one', wants: 'a', more: { joint: true }, expected: [['two', 'b']] })
    const two = wordStep({ id: 'two', wants: 'b', more: { joint: true } })
    const three = wordStep({ id: 'three', wants: 'c', more: { joint: true } })
    const result = await controller.apply(await controller.plan([one, two, three]))
    expect(result).toMatchObject({ exitCode: 1 })
    expect(result.message).toBe(
      'our prediction was wrong in one: word:two on m1: expected "b", found "-"; word:two on m2: expected "b", found "-"; what is left would now differ: two on m1, two on m2',
    )
    expect(await inFile('m1', 'three')).toBe('-\n')
  })
})

describe('waits', () => {
  const waitFor = (wanted: string, noProgressMs = 20_000) =>
    wordStep({
      id: 'sync',
      wants: wanted,
      instead: found =>
        found === wanted
          ? undefined
          : {
              kind: 'wait',
              summary: `the word ${wanted}`,
              noProgressMs,
              progress: `at ${found}`,
              expect: {},
            },
    })

  test('are looked at until they are over, telling how far they are', async () => {
    const start = wordStep({
      id: 'start',
      wants: 'a',
      actions: [
        script(
          'echo a >/srv/start; (for i in 1 2 3; do echo $i; echo $i >/srv/sync; sleep 1.2; done) >/dev/null 2>&1 &',
        ),
      ],
    })
    const sync = waitFor('3')
    const after = wordStep({
      id: 'after',
      wants: 'b',
      actions: [script('cp /srv/sync /srv/seen; echo b >/srv/after')],
    })
    const planned = await controller.plan([start, sync, after])
    expect(await controller.apply(planned)).toMatchObject({ result: 'done' })
    expect(await inFile('m1', 'seen')).toBe('3\n')
    expect(controller.events).toContainEqual({ type: 'wait-progress', ref: 'sync', host: 'm1', text: 'at 2' })
  })

  test('end the run when nothing moves', async () => {
    const planned = await controller.plan([waitFor('never', 1500)])
    expect(await controller.apply(planned)).toMatchObject({
      exitCode: 1,
      message: 'sync on m1: the word never: nothing moved for 2 s (it stands at at -)',
    })
    const told = controller.events.filter(({ type }) => type === 'wait-progress')
    // Once, though both hosts wait for it.
    expect(told).toEqual([{ type: 'wait-progress', ref: 'sync', host: 'm1', text: 'at -' }])
    expect(await leftOn('m1')).toBe('')
  })

  test('that lose their node say so', async () => {
    const planned = await controller.plan([waitFor('never')])
    setTimeout(() => void nodes.run('m2', 'kill -KILL $(cat /run/nfsha/lock.shell)'), 1500)
    expect(await controller.apply(planned)).toMatchObject({ exitCode: 4, message: 'the link to m2 ended' })
    expect(await leftOn('m1')).toBe('')
  })

  test('can be interrupted', async () => {
    const planned = await controller.plan([waitFor('never')])
    setTimeout(() => controller.stop.abort(), 500)
    expect(await controller.apply(planned)).toMatchObject({ result: 'interrupted', exitCode: 130 })
    expect(await leftOn('m2')).toBe('')
  })
})

describe('a reboot', () => {
  // What takes the session with it, and then is over, as /run is empty after a boot.
  const goDown = 'kill -KILL $(cat /run/nfsha/lock.shell); rm -f /run/nfsha/lock.json; echo up >/srv/boot'
  const reboot = wordStep({
    id: 'boot',
    wants: 'up',
    more: { order: 'one-by-one' },
    actions: [script(goDown, { reboots: true })],
    instead: (found, host) => (host === 'm2' || found === 'up' ? { kind: 'in-sync' } : undefined),
  })

  test('ends the link, and the run goes on once the node is back', async () => {
    const after = wordStep({ id: 'after', wants: 'done' })
    const result = await controller.apply(await controller.plan([reboot, after]))
    expect(result).toMatchObject({ result: 'done', exitCode: 0 })
    expect(await inFile('m1', 'after')).toBe('done\n')
    expect(controller.events).toContainEqual(
      expect.objectContaining({ type: 'wait-progress', ref: 'boot', host: 'm1', text: 'is back' }),
    )
    for (const node of ['m1', 'm2']) expect(await leftOn(node)).toBe('')
  })

  test('that comes last is noted on the node all the same', async () => {
    expect(await controller.apply(await controller.plan([reboot]))).toMatchObject({ result: 'done' })
    const summaries = await readRunSummaries(controller.hosts)
    expect(summaries.m1).toMatchObject([{ result: 'done', changed: ['boot'] }])
    expect(await leftOn('m1')).toBe('')
  })

  test('of a node that nobody said would go down is a broken link', async () => {
    const dies = wordStep({ id: 'one', wants: 'a', actions: [script(goDown)] })
    const result = await controller.apply(await controller.plan([dies]))
    expect(result).toMatchObject({ result: 'failed', exitCode: 4 })
  })
})
