import { describe, expect, it } from 'vitest'
import { directoriesOn } from '../../src/facts/filesystem.ts'
import { runProbe } from './run-probe.ts'

const wanted = (path: string, owner = 'root', group = '0') => ({ path, owner, group, mode: '0555' })
const there = { kind: 'directory', owner: 'root', group: '0', mode: '0555' }

describe('directories on a volume', () => {
  it('are told of all at once where all are there', () => {
    expect(runProbe(directoriesOn('/proc', [wanted('/proc'), wanted('/proc/sys', '0', 'root')]))).toEqual({
      state: 'present',
      value: { '/proc': there, '/proc/sys': { ...there, owner: '0', group: 'root' } },
    })
  })

  it.each([
    ['missing', '/proc/none-of-that-name', { kind: 'missing' }],
    ['a file', '/proc/uptime', { kind: 'other', what: 'a regular empty file' }],
    ['a link', '/proc/mounts', { kind: 'other', what: expect.stringMatching('^a symbolic link to /proc/') }],
  ])('are told of one by one where the last is %s', (_, path, fact) => {
    expect(runProbe(directoriesOn('/proc', [wanted('/proc/sys'), wanted(path)]))).toEqual({
      state: 'present',
      value: { '/proc/sys': there, [path]: fact },
    })
  })

  it('are not looked for where nothing is mounted', () => {
    expect(runProbe(directoriesOn('/nowhere', [wanted('/nowhere/x')]))).toEqual({ state: 'absent' })
  })
})
