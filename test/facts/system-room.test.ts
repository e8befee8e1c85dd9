import { describe, expect, it } from 'vitest'
import { systemRoom } from '../../src/facts/system-room.ts'
import { answer } from './answer.ts'
import { runProbe } from './run-probe.ts'

describe('room on the node itself', () => {
  it('is told of each file system once, as df counts it', () => {
    const said = `/ 1a 4096 1000 300 200 100 75
/run 2b 4096 100 100 100 0 0
/var/lib 1a 4096 1000 300 200 100 75
`
    expect(answer(systemRoom, said)).toEqual({
      state: 'present',
      value: [
        { path: '/', size: 4_096_000, available: 819_200, taken: 700 / 900, inodesTaken: 0.25 },
        { path: '/run', size: 409_600, available: 409_600, taken: 0, inodesTaken: 0 },
      ],
    })
  })

  it('is unknown where nothing was said', () => {
    expect(answer(systemRoom, '')).toMatchObject({ state: 'unknown' })
  })

  it('is told by this machine', () => {
    expect(runProbe(systemRoom, 'dash')).toMatchObject({
      state: 'present',
      value: expect.arrayContaining([expect.objectContaining({ path: '/', taken: expect.any(Number) })]),
    })
  })
})
