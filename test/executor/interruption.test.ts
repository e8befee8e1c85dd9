import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/core/event.ts'
import { readLocks, unlock } from '../../src/executor/unlock.ts'
import { type Controller, connectController, script, wordStep } from './harness.ts'
import { type Nodes, startNodes } from './nodes.ts'

let nodes: Nodes
const controllers: Controller[] = []
beforeAll(async () => {
  nodes = await startNodes(['m1', 'm2'])
})
afterAll(() => nodes.stop())
beforeEach(async () => {
  for (const name of ['m1', 'm2']) await nodes.run(name, 'rm -rf /srv/* /run/* /var/lib/*')
})
afterEach(async () => {
  // Lets what still waits go.
  for (const name of ['m1', 'm2']) await nodes.run(name, 'touch /srv/go')
  for (const controller of controllers.splice(0)) await controller.close()
})

async function connect(onEvent?: (event: RunEvent) => void): Promise<Controller> {
  const controller = await connectController(nodes, onEvent)
  controllers.push(controller)
  return controller
}

const inFile = (node: string, name: string) => nodes.run(node, `cat /srv/${name} 2>/dev/null || echo -`)
/** Runs until /srv/go is there. */
const untilGo = 'while [ ! -e /srv/go ]; do sleep 0.1; done'
const longStep = wordStep({ id: 'long', wants: 'a', actions: [script(`${untilGo}; echo a >/srv/long`)] })
const nextStep = wordStep({ id: 'next', wants: 'b' })
const go = async () => {
  for (const name of ['m1', 'm2']) await nodes.run(name, 'touch /srv/go')
}

/** A controller in the middle of the long step, on both nodes. */
async function inTheMiddle(steps = [longStep, nextStep]) {
  const running = new Set<string>()
  let tell = (): void => undefined
  const begun = new Promise<void>(resolve => {
    tell = resolve
  })
  const controller = await connect(event => {
    if (event.type === 'action-started' && event.ref === 'long') running.add(event.host)
    if (running.size === 2) tell()
  })
  const result = controller.apply(await controller.plan(steps))
  await begun
  return { controller, result }
}

describe('interrupts', () => {
  test('the first finishes the running step and stops cleanly', async () => {
    const { controller, result } = await inTheMiddle()
    controller.stop.abort()
    await go()
    expect(await result).toMatchObject({ result: 'interrupted', exitCode: 130 })
    expect(await inFile('m1', 'long')).toBe('a\n')
    expect(await inFile('m1', 'next')).toBe('-\n')
    expect(controller.events.map(event => event.type)).toContain('interrupt-requested')
    expect(await readLocks(controller.hosts)).toMatchObject([
      { held: false, stale: false },
      { held: false, stale: false },
    ])
    const again = await controller.plan([longStep, nextStep])
    expect(again.plan.counts).toMatchObject({ change: 2, inSync: 2 })
  })

  test('the second leaves at once; the running step ends by itself, under the lock, and no other begins', async () => {
    const { controller, result } = await inTheMiddle()
    controller.stop.abort()
    controller.leave.abort()
    expect(await result).toMatchObject({
      result: 'interrupted',
      exitCode: 130,
      message: expect.stringContaining('while it was running long: '),
    })
    const other = await connect()
    expect(await readLocks(other.hosts)).toMatchObject([
      {
        host: 'm1',
        held: true,
        holder: { id: controller.run.id },
        running: expect.stringContaining('running long: '),
      },
      { host: 'm2', held: true },
    ])
    await go()
    // Waits for the lock, and plans on what is there then: `next` was not begun.
    expect(
      await other.apply(await other.plan([wordStep({ id: 'else', wants: 'c' })]), { lockTimeoutMs: 30_000 }),
    ).toMatchObject({
      result: 'done',
    })
    expect(await inFile('m1', 'long')).toBe('a\n')
    expect(await inFile('m1', 'next')).toBe('-\n')
  })
})

describe('a second controller', () => {
  test('is refused, naming the holder and what it runs', async () => {
    const { controller, result } = await inTheMiddle()
    const other = await connect()
    const refused = await other.apply(await other.plan([nextStep]))
    expect(refused).toMatchObject({ result: 'refused', exitCode: 5 })
    expect(refused.message).toContain(
      `another run holds the lock: m1 is held by run ${controller.run.id} by ann@desk`,
    )
    expect(refused.message).toContain('running long: while')
    expect(refused.hint).toContain(`nfsha unlock ${controller.run.id}`)
    await go()
    expect(await result).toMatchObject({ result: 'done' })
  })

  test('waits as long as it may, and goes on then', async () => {
    const { result } = await inTheMiddle([longStep])
    const other = await connect(event => {
      if (event.type === 'lock-waiting') void go()
    })
    const planned = await other.plan([nextStep])
    expect(await other.apply(planned, { lockTimeoutMs: 30_000 })).toMatchObject({ result: 'done' })
    expect(await result).toMatchObject({ result: 'done' })
    expect(other.events.map(event => event.type)).toContain('lock-waiting')
  })

  test('what the run before was still doing when the plan was made is not drift: the rest is done', async () => {
    const { result } = await inTheMiddle()
    const other = await connect(event => {
      if (event.type === 'lock-waiting') void go()
    })
    const planned = await other.plan([longStep, wordStep({ id: 'more', wants: 'm' })])
    expect(planned.plan.counts).toMatchObject({ change: 4 })
    expect(await other.apply(planned, { lockTimeoutMs: 30_000 })).toMatchObject({ result: 'done' })
    expect(await result).toMatchObject({ result: 'done' })
    expect(other.events).toContainEqual({ type: 'done-by-another', changes: ['long on m1', 'long on m2'] })
    expect(await inFile('m2', 'more')).toBe('m\n')
  })

  test('when the run before has brought all of it, nothing is left to do', async () => {
    const { result } = await inTheMiddle()
    const other = await connect(event => {
      if (event.type === 'lock-waiting') void go()
    })
    const planned = await other.plan([longStep, nextStep])
    expect(await other.apply(planned, { lockTimeoutMs: 30_000 })).toMatchObject({ result: 'done' })
    expect(await result).toMatchObject({ result: 'done' })
    expect(await readLocks(other.hosts)).toMatchObject([{ held: false }, { held: false }])
  })

  test('what the run before has made otherwise than planned is drift', async () => {
    const { result } = await inTheMiddle([longStep, wordStep({ id: 'next', wants: 'b' })])
    const other = await connect(event => {
      if (event.type === 'lock-waiting') void go()
    })
    const more = wordStep({ id: 'more', wants: 'm' })
    const undoes = wordStep({ id: 'undoes', file: 'next', wants: '-', actions: [script('rm /srv/next')] })
    expect(await other.apply(await other.plan([more, undoes]), { lockTimeoutMs: 30_000 })).toMatchObject({
      result: 'refused',
      message: 'the nodes changed since the plan was made: undoes on m1, undoes on m2',
    })
    expect(await result).toMatchObject({ result: 'done' })
  })

  test('two that begin at the same time both come through, one after the other', async () => {
    const both = await Promise.all([connect(), connect()])
    const plans = await Promise.all(
      both.map((each, index) => each.plan([wordStep({ id: `of${index}`, wants: 'a' })])),
    )
    const results = await Promise.all(
      both.map((each, index) => {
        const planned = plans[index]
        if (planned === undefined) throw new Error('no plan')
        return each.apply(planned, { lockTimeoutMs: 30_000 })
      }),
    )
    expect(results.map(({ result }) => result)).toEqual(['done', 'done'])
  })

  test('stops waiting when interrupted', async () => {
    const { result } = await inTheMiddle([longStep])
    const other: Controller = await connect(event => {
      if (event.type === 'lock-waiting') other.stop.abort()
    })
    const planned = await other.plan([nextStep])
    expect(await other.apply(planned, { lockTimeoutMs: 60_000 })).toMatchObject({ exitCode: 130 })
    await go()
    await result
  })
})

describe('a link that drops', () => {
  test('in the middle of an action: said so, with what was running; it ends by itself; the next run takes over', async () => {
    const { controller, result } = await inTheMiddle()
    // The session's shell dies; its runner is another process.
    for (const name of ['m1', 'm2']) await nodes.run(name, 'kill -KILL $(cat /run/nfsha/lock.shell)')
    const dropped = await result
    expect(dropped).toMatchObject({ result: 'failed', exitCode: 4 })
    expect(dropped.message).toMatch(/^the link to m1 ended, while it was running long: while/)
    expect(dropped.hint).toContain('running the same command again is safe')

    const other = await connect()
    expect(await readLocks(other.hosts)).toMatchObject([{ held: true }, { held: true }])
    await expect(unlock(other.hosts, controller.run.id)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('is still at work on m1: running long: '),
    })
    await go()
    expect(
      await other.apply(await other.plan([wordStep({ id: 'else', wants: 'c' })]), { lockTimeoutMs: 30_000 }),
    ).toMatchObject({
      result: 'done',
    })
    expect(await inFile('m1', 'long')).toBe('a\n')
    const taken = other.events.find(event => event.type === 'lock-taken')
    expect(taken).toMatchObject({
      stale: expect.stringMatching(new RegExp(`^run ${controller.run.id} by ann@desk`)),
    })
  })
})

describe('unlock', () => {
  test('of a run that is idle ends its shell; of another run it is refused', async () => {
    const { controller, result } = await inTheMiddle([longStep])
    await go()
    await result
    const idle = await connect()
    // Held by a shell that nobody speaks to any more.
    await idle.hosts.sessions.get('m1')?.request(
      `mkdir -p /run/nfsha; exec 8>>/run/nfsha/lock; flock 8; echo $$ >/run/nfsha/lock.shell
printf '%s\\n' '${JSON.stringify(controller.run)}' >/run/nfsha/lock.json`,
      { silenceMs: 10_000, onFrame: () => undefined },
    )
    const other = await connect()
    await expect(unlock(other.hosts, 'another')).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining(
        `the lock on m1 is not of run another but of run ${controller.run.id}`,
      ),
      hint: `nfsha unlock ${controller.run.id}`,
    })
    expect(await unlock(other.hosts, controller.run.id)).toMatchObject([
      { host: 'm1', held: false, stale: false },
      { host: 'm2', held: false, stale: false },
    ])
    expect(await other.apply(await other.plan([nextStep]))).toMatchObject({ result: 'done' })
  })
})
