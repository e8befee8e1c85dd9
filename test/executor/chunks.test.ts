import { expect, test } from 'vitest'
import type { Diff, Risk } from '../../src/core/diff.ts'
import type { PlannedStep } from '../../src/core/plan.ts'
import { chunksOf } from '../../src/executor/chunks.ts'

const change = (risk: Risk): Diff => ({
  kind: 'change',
  summary: 'change',
  symbol: '~',
  risk,
  actions: [],
  expect: {},
})
const diffs: Readonly<Record<string, Diff>> = {
  '=': { kind: 'in-sync' },
  s: change('safe'),
  d: change('disruptive'),
  '!': change('destructive'),
  w: { kind: 'wait', summary: 'wait', noProgressMs: 1000, expect: {} },
}

/** `ref:MARKS[:one|joint]`, a mark a host as in `diffs`. */
function step(text: string): PlannedStep {
  const [ref = '', marks = '', more] = text.split(':')
  return {
    ref,
    stepId: ref,
    title: ref,
    order: more === 'one' ? 'one-by-one' : 'parallel',
    joint: more === 'joint',
    hosts: [...marks].map((mark, index) => ({
      host: `m${index + 1}`,
      diff: diffs[mark] ?? { kind: 'in-sync' },
      digest: '',
    })),
  }
}

/** Chunks as text: `a b! c@m1` is one chunk of three steps, the last acting on m1 only. */
function cut(steps: string, leavesWait: readonly string[] = []): readonly string[] {
  const planned = steps.split(' ').map(step)
  return chunksOf(planned, ({ ref }) => leavesWait.includes(ref)).map(
    chunk =>
      chunk.steps.map(({ step, acts }) => `${step.ref}@${acts.join('+')}`).join(' ') +
      (chunk.destructive ? ' !' : ''),
  )
}

test.each([
  { name: 'nothing to do', steps: 'a:== b:==', chunks: [] },
  { name: 'safe steps go together', steps: 'a:ss b:s= c:=s', chunks: ['a@m1+m2 b@m1 c@m2'] },
  { name: 'steps in sync are left out', steps: 'a:ss b:== c:ss', chunks: ['a@m1+m2 c@m1+m2'] },
  {
    name: 'a chunk ends before a joint step',
    steps: 'a:ss b:ss:joint c:ss',
    chunks: ['a@m1+m2', 'b@m1+m2 c@m1+m2'],
  },
  {
    name: 'a destructive step stands alone',
    steps: 'a:ss b:!! c:ss',
    chunks: ['a@m1+m2', 'b@m1+m2 !', 'c@m1+m2'],
  },
  {
    name: 'destructive on one host is destructive',
    steps: 'a:ss b:s! c:ss',
    chunks: ['a@m1+m2', 'b@m1+m2 !', 'c@m1+m2'],
  },
  {
    name: 'a disruptive step stands alone',
    steps: 'a:ss b:dd c:ss',
    chunks: ['a@m1+m2', 'b@m1+m2', 'c@m1+m2'],
  },
  {
    name: 'one host after the other',
    steps: 'a:ss b:ss:one c:ss',
    chunks: ['a@m1+m2', 'b@m1', 'b@m2', 'c@m1+m2'],
  },
  { name: 'a wait ends its chunk', steps: 'a:ss b:ww c:ss', chunks: ['a@m1+m2 b@', 'c@m1+m2'] },
  { name: 'a wait on one host ends its chunk', steps: 'a:sw c:ss', chunks: ['a@m1', 'c@m1+m2'] },
  {
    name: 'a joint wait needs no round trip of its own',
    steps: 'a:ss b:ww:joint c:ss',
    chunks: ['a@m1+m2 b@', 'c@m1+m2'],
  },
  {
    name: 'a change that leaves a wait ends its chunk',
    steps: 'a:ss b:ss c:ss',
    leavesWait: ['b'],
    chunks: ['a@m1+m2 b@m1+m2', 'c@m1+m2'],
  },
])('$name', ({ steps, chunks, leavesWait }) => {
  expect(cut(steps, leavesWait)).toEqual(chunks)
})

test('a one-by-one step is verified on each host as it is done, and on both at the end', () => {
  const chunks = chunksOf([step('a:ss:one')], () => false)
  expect(chunks.map(chunk => chunk.steps[0]?.verifies)).toEqual([['m1'], ['m1', 'm2']])
})
