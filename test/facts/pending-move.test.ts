import { expect, it } from 'vitest'
import { pendingMove } from '../../src/facts/pending-move.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { answer } from './answer.ts'
import { runProbe } from './run-probe.ts'

const probe = pendingMove(exampleCluster())

it.each([
  ['', []],
  [
    'mount\tdata\tnoatime\tnoatime,lazytime\n',
    [{ kind: 'mount', volume: 'data', from: 'noatime', to: 'noatime,lazytime' }],
  ],
  ['file\t/etc/ha.d/haresources\n', [{ kind: 'file', path: '/etc/ha.d/haresources' }]],
  ['something\tof a later script\n', []],
])('%j is what has changed since the group was started', (stdout, value) => {
  expect(answer(probe, stdout)).toEqual({ state: 'present', value })
})

it('is absent where there is no script', () => {
  expect(runProbe(probe)).toEqual({ state: 'absent' })
})
