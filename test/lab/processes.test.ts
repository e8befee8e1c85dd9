import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withLock } from '../../src/lab/lock.ts'
import {
  endProcess,
  findByName,
  isAlive,
  ownProcess,
  startProcess,
  startTimeIn,
} from '../../src/lab/processes.ts'

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nfsha-processes-'))
})
afterAll(() => rm(directory, { recursive: true }))

// One process, as QEMU is: a shell would fork, and the child look like it until its exec.
const idle = ['-e', 'setTimeout(() => {}, 600_000)', '--']
const sleeper = (name: string) =>
  startProcess('sleeper', [process.execPath, ...idle, '-name', name], join(directory, 'log'))

describe('a process of ours', () => {
  it('is alive until it is ended', async () => {
    const process = await sleeper('a')
    expect(await isAlive(process)).toBe(true)
    await endProcess(process)
    expect(await isAlive(process)).toBe(false)
  })

  it('is not one with the same pid that started at another time, and such a one is not ended', async () => {
    const process = await sleeper('b')
    const other = { ...process, startTime: '1' }
    expect(await isAlive(other)).toBe(false)
    await endProcess(other)
    expect(await isAlive(process)).toBe(true)
    await endProcess(process)
  })

  it('is not one of before the host’s boot', async () => {
    expect(await isAlive({ ...(await ownProcess()), bootId: 'another' })).toBe(false)
  })

  it('is found by its -name when nothing was written down', async () => {
    const prefix = `nfsha-test-${process.pid}:`
    const sleeping = await sleeper(`${prefix}m1`)
    const found = await findByName(prefix)
    const others = await findByName(`${prefix}x`)
    await endProcess(sleeping)
    expect(found).toEqual([{ ...sleeping, name: 'm1' }])
    expect(others).toEqual([])
  })

  const stat = (state: string, threads: number) => {
    const fields = Array.from({ length: 30 }, (_, at) => `${at + 3}`)
    return `42 (a) b (c)) ${fields.with(0, state).with(17, String(threads)).join(' ')}`
  }
  it.each([
    ['that sleeps', stat('S', 1), '22'],
    ['whose first thread has ended, and another one holds its files', stat('Z', 3), '22'],
    ['that is a zombie', stat('Z', 1), undefined],
    ['that its parent forgets right now', stat('X', 0), undefined],
  ])('has a start time, whatever its name: one %s', (_, line, startTime) => {
    expect(startTimeIn(line)).toBe(startTime)
  })

  it('cannot be started from a program that is not there', async () => {
    await expect(startProcess('x', ['/nonexistent'], join(directory, 'log'))).rejects.toThrow(/ENOENT/)
  })
})

describe('the lock of a lab', () => {
  it('is there during the work only, also when that fails', async () => {
    const file = join(directory, 'lock')
    await withLock(file, async () => expect(await readFile(file, 'utf8')).toContain(`"pid":${process.pid}`))
    await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await expect(readFile(file)).rejects.toThrow(/ENOENT/)
  })

  it('refuses a second command, naming the first', async () => {
    const file = join(directory, 'held')
    await withLock(file, async () => {
      await expect(withLock(file, async () => undefined)).rejects.toMatchObject({
        code: 'refused',
        message: expect.stringContaining(`process ${process.pid}`),
      })
    })
  })

  it.each(['{"name":"nfsha","pid":1,"startTime":"0","bootId":"old"}', ''])(
    'is taken over from a holder that is gone (%s)',
    async content => {
      const file = join(directory, 'stale')
      await writeFile(file, content)
      expect(await withLock(file, async () => 'worked')).toBe('worked')
    },
  )
})
