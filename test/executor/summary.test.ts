import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { readRunSummaries, summaryProgram } from '../../src/executor/summary.ts'
import { type Controller, connectController } from './harness.ts'
import { type Nodes, startNodes } from './nodes.ts'

let nodes: Nodes
let controller: Controller
beforeAll(async () => {
  nodes = await startNodes(['m1', 'm2'])
})
afterAll(() => nodes.stop())
beforeEach(async () => {
  await nodes.run('m1', 'rm -rf /var/lib/*')
  controller = await connectController(nodes)
})
afterEach(() => controller.close())

const summary = (id: string, result: 'done' | 'failed', message?: string) => ({
  ...controller.run,
  id,
  endedAt: '2025-01-02T03:04:05Z',
  result,
  changed: ["it's"],
  ...(message !== undefined && { message }),
})
const note = (...programs: readonly string[]) =>
  controller.hosts.sessions
    .get('m1')
    ?.request(programs.join('\n'), { silenceMs: 20_000, onFrame: () => undefined })
const idsOnM1 = async () =>
  (await readRunSummaries(controller.hosts)).m1?.map(({ id, result }) => `${id} ${result}`)

test('a node without any run remembers none', async () => {
  expect(await readRunSummaries(controller.hosts)).toEqual({ m1: [], m2: [] })
})

test('the later line of a run counts', async () => {
  await note(
    summaryProgram(summary('a', 'done')),
    summaryProgram(summary('b', 'done')),
    summaryProgram(summary('a', 'failed', 'x')),
  )
  expect(await idsOnM1()).toEqual(['b done', 'a failed'])
})

test('only so many lines are kept', async () => {
  await nodes.run(
    'm1',
    'mkdir -p /var/lib/nfsha; seq 300 | sed \'s/.*/{"id":"&","result":"done"}/\' >/var/lib/nfsha/runs.jsonl',
  )
  await note(summaryProgram(summary('last', 'done')))
  expect((await nodes.run('m1', 'wc -l </var/lib/nfsha/runs.jsonl')).trim()).toBe('200')
  expect((await idsOnM1())?.at(-1)).toBe('last done')
})

test('lines that are not ours are passed over', async () => {
  await nodes.run(
    'm1',
    'mkdir -p /var/lib/nfsha; printf \'garbage\\nnull\\n{"id":1}\\n{"id":"cut","res\' >/var/lib/nfsha/runs.jsonl',
  )
  expect(await idsOnM1()).toEqual([])
})
