import { describe, expect, test } from 'vitest'
import { assertParams, defaultParams } from '../../src/cli/params.ts'
import type { Cluster } from '../../src/core/cluster.ts'
import type { Params } from '../../src/core/step.ts'

const cluster = {
  nodes: [{ name: 'm1' }, { name: 'm2' }],
  volumes: [{ name: 'data' }],
} as unknown as Cluster
const header = { params: { to: 'node', allowDataLoss: 'disks', hold: 'text' } } as const
const check = (more: Partial<Params>) => () => assertParams({ ...defaultParams, ...more }, header, cluster)

describe('parameters of a playbook', () => {
  test.each<[string, Partial<Params>]>([
    ['none', {}],
    ['those that it takes', { to: 'm2', hold: 'anything', allowDataLoss: ['data@m1'] }],
  ])('%s are fine', (_case, more) => {
    expect(check(more)).not.toThrow()
  })

  test.each<[Partial<Params>, string]>([
    [{ to: 'm3' }, 'no node m3'],
    [{ allowDataLoss: ['date@m1'] }, 'no disk date@m1'],
  ])('%j is 64, with the nearest name', (more, message) => {
    expect(check(more)).toThrow(
      expect.objectContaining({ code: 'usage', message, hint: expect.stringContaining('did you mean') }),
    )
  })

  test('one that the playbook does not take is a mistake of ours', () => {
    expect(check({ waitSync: true })).toThrow(TypeError)
  })
})
