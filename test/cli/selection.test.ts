import { describe, expect, test } from 'vitest'
import { selectSteps } from '../../src/cli/selection.ts'
import type { Cluster, Node } from '../../src/core/cluster.ts'
import { NfshaError } from '../../src/core/error.ts'
import { type AnyStep, defineStep } from '../../src/core/step.ts'

const step = (id: string, joint = false): AnyStep =>
  defineStep({
    id,
    title: id,
    joint,
    reads: () => ({}),
    diff: () => ({ kind: 'refusal', id: 'test', reason: 'asked', hint: '' }),
  })

const steps = [step('hosts'), step('packages'), step('drbd-connected', true), step('exports')]
const nodes = ['m1', 'm2']
const idsOf = (chosen: readonly AnyStep[]) => chosen.map(({ id }) => id)

describe('selectSteps', () => {
  test.each([
    ['everything', { only: [] }, ['hosts', 'packages', 'drbd-connected', 'exports']],
    ['some, in the order of the playbook', { only: ['exports', 'hosts'] }, ['hosts', 'exports']],
    ['from a step on', { only: [], from: 'drbd-connected' }, ['drbd-connected', 'exports']],
    ['both', { only: ['hosts', 'exports'], from: 'packages' }, ['exports']],
  ])('chooses %s', (_case, selection, ids) => {
    expect(idsOf(selectSteps(steps, selection, nodes))).toEqual(ids)
  })

  test.each([
    ['an unknown step', { only: ['export'] }, 'usage', 'no step export', 'did you mean exports?'],
    ['an unknown first step', { only: [], from: 'host' }, 'usage', 'no step host', 'did you mean hosts?'],
    ['an unknown node', { only: ['hosts'], node: 'm3' }, 'usage', 'no node m3', 'did you mean m'],
    ['nothing left', { only: ['hosts'], from: 'exports' }, 'usage', 'no step of --only', '--from'],
    ['a joint step on one node', { only: [], node: 'm1' }, 'refused', 'drbd-connected needs both', '--only'],
  ])('refuses %s', (_case, selection, code, message, hint) => {
    const error = (() => {
      try {
        selectSteps(steps, selection, nodes)
      } catch (thrown) {
        return thrown
      }
      return undefined
    })()
    expect(error).toBeInstanceOf(NfshaError)
    expect(error).toMatchObject({
      code,
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    })
  })

  test('leaves the other node alone', () => {
    const [chosen] = selectSteps(steps, { only: ['hosts'], node: 'm1' }, nodes)
    const diffOn = (name: string) => {
      const host = { name } as Node
      const side = { host, facts: {} }
      const render = () => []
      const params = { allowDataLoss: [], waitSync: false }
      const given = { cluster: {} as Cluster, host, peer: host, params, render, item: undefined }
      return chosen?.diff(given, side, side).kind
    }
    expect(diffOn('m1')).toBe('refusal')
    expect(diffOn('m2')).toBe('in-sync')
  })
})
