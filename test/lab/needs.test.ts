import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { assertPortsFree, meetNeeds, missingPackages, needsOf } from '../../src/lab/needs.ts'
import { exampleSpec, machineAt } from './fixture.ts'

const spec = exampleSpec()
const silent = () => undefined
const directories = { lab: tmpdir(), cache: tmpdir() }
const modest = { memoryMiB: 1, diskMiB: 1, imageMiB: 0, packages: [] }

describe('needsOf', () => {
  it('sums memory and disks over the machines', () => {
    const guests = spec.machines.length
    const own = spec.machines.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0)
    expect(needsOf(spec, true, [])).toEqual({
      memoryMiB: own + guests * 100 + 1024 + 1024 + 256,
      diskMiB: guests * 1300 + 2 * (512 + 256),
      imageMiB: 0,
      packages: [],
    })
  })

  it('counts the image only when it has to be built', () => {
    expect(needsOf(spec, false, ['mmdebstrap'])).toMatchObject({ imageMiB: 1500, packages: ['mmdebstrap'] })
  })
})

describe('missingPackages', () => {
  it('names each package once', () => {
    const missing = missingPackages('/nonexistent')
    expect(missing).toContain('qemu-system-x86')
    expect(missing.filter(name => name === 'openssh-client')).toHaveLength(1)
  })
})

describe('meetNeeds', () => {
  it('says what it needs before anything else', async () => {
    const said: string[] = []
    await meetNeeds(modest, directories, line => said.push(line))
    expect(said).toEqual([
      expect.stringMatching(/^needs 1 MiB of memory \(\d+ available\), up to 1 MiB of disk in /),
    ])
  })

  it.each([
    ['memory', { ...modest, memoryMiB: 1e9 }, /of memory/],
    ['disk', { ...modest, diskMiB: 1e12 }, /of disk/],
    ['disk for the image', { ...modest, imageMiB: 1e12 }, /of disk/],
  ])('refuses with too little %s, and says what to do', async (_, needs, message) => {
    await expect(meetNeeds(needs, directories, silent)).rejects.toMatchObject({
      code: 'preflight',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/free some/),
    })
  })
})

describe('assertPortsFree', () => {
  it('names the machine whose port is taken', async () => {
    const server = createServer()
    const port = await new Promise<number>(resolve =>
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      }),
    )
    const machine = { ...machineAt(spec, 1), sshPort: port }
    await expect(assertPortsFree({ ...spec, machines: [machine] })).rejects.toMatchObject({
      code: 'preflight',
      message: `port ${port} on 127.0.0.1, meant for ${machine.name}, is taken`,
    })
    await new Promise(resolve => server.close(resolve))
    await expect(assertPortsFree({ ...spec, machines: [machine] })).resolves.toBeUndefined()
  })
})
