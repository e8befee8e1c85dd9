import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runFencer } from '../../src/lab/fencer.ts'
import { type LabPaths, labPaths, writeState } from '../../src/lab/instance.ts'
import { ownProcess } from '../../src/lab/processes.ts'
import { sockets } from '../../src/lab/qemu.ts'
import { labSpec } from '../../src/lab/spec.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { machineAt, settings } from './fixture.ts'

const cluster = exampleCluster()
const device = { plugin: 'external/nfshalab', params: [], timeoutMs: 1000 }
const spec = labSpec(
  exampleCluster({ fencing: { ...cluster.fencing, devices: { any: [device] } } }),
  settings,
)
const [first, second] = [machineAt(spec, 0), machineAt(spec, 1)]

let paths: LabPaths
let run = ''
let servers: Server[] = []
let ending = new AbortController()
let serving: Promise<void> = Promise.resolve()
let commands: string[] = []

const listening = (server: Server, path: string) =>
  new Promise<void>(resolve => {
    servers.push(server)
    server.listen(path, resolve)
  })

/** The second node's QEMU, as far as its monitor goes. */
const monitor = () =>
  createServer(socket => {
    socket.write('{"QMP": {}}\n')
    socket.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.trim().split('\n')) {
        const { execute, id } = JSON.parse(line) as { execute: string; id?: string }
        if (execute !== 'qmp_capabilities') commands.push(execute)
        socket.write(`${JSON.stringify({ return: {}, ...(id ? { id } : {}) })}\n`)
      }
    })
  })

/** The first node's port: what is asked there, and the answer. */
async function port(): Promise<(question: string) => Promise<string>> {
  let connected: (socket: Socket) => void = () => undefined
  const socket = new Promise<Socket>(resolve => {
    connected = resolve
  })
  await listening(createServer(connected), sockets.fence(run, first.index))
  return async question => {
    const line = await socket
    const answer = new Promise<string>(resolve => line.once('data', data => resolve(String(data))))
    line.write(`${question}\n`)
    return answer
  }
}

beforeEach(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'nfsha-fencer-'))
  run = directory
  paths = labPaths(directory)
  commands = []
  ending = new AbortController()
  await writeFile(paths.fenceToken, 'T0KEN')
  await listening(monitor(), sockets.qmp(run, second.index))
  await writeState(paths, {
    version: 1,
    spec,
    image: { id: '', node: '', client: '', kernel: '', initrd: '' },
    accel: 'tcg',
    machineDigest: '',
    run,
    processes: [{ ...(await ownProcess()), name: second.name }],
    snapshots: [],
  })
})

afterEach(async () => {
  ending.abort()
  for (const server of servers) server.close()
  servers = []
  await rm(paths.directory, { recursive: true, force: true, maxRetries: 5 })
})

describe("the lab's fence device", () => {
  const log: string[] = []
  const started = async () => {
    const ask = await port()
    serving = runFencer(paths.directory, line => log.push(line), ending.signal)
    return ask
  }

  it('serves until it is told to end, and no longer', async () => {
    await started()
    const soon = new Promise(resolve => setTimeout(resolve, 300, 'serves'))
    expect(await Promise.race([serving, soon])).toBe('serves')
    ending.abort()
    await serving
  })

  it('resets the other node, also a frozen one, and says so', async () => {
    const ask = await started()
    expect(await ask(`T0KEN 7 reset ${second.name.toLowerCase()}`)).toBe('7 ok\n')
    expect(commands).toEqual(['system_reset', 'cont'])
  })

  it('tells how it is without resetting anybody', async () => {
    expect(await (await started())(`T0KEN 8 status ${second.name}`)).toBe('8 ok\n')
    expect(commands).toEqual([])
  })

  it.each([
    ['with another token', `guess 9 reset ${second.name}`, 'the token is wrong'],
    ['itself', `T0KEN 9 reset ${first.name}`, 'may not reset'],
    ['the client', `T0KEN 9 reset ${machineAt(spec, 2).name}`, 'may not reset'],
    ['nobody', 'T0KEN 9 reset', 'may not reset'],
  ])('does not reset %s', async (_, question, why) => {
    expect(await (await started())(question)).toContain(why)
    expect(commands).toEqual([])
    expect(log.join('\n')).not.toContain('T0KEN')
  })

  it('does not answer for a device that was cut off', async () => {
    await writeFile(paths.fenceDown(second.name), '')
    expect(await (await started())(`T0KEN 9 reset ${second.name}`)).toContain('does not answer')
  })

  it('counts a machine without a process as off', async () => {
    const ask = await started()
    await writeState(paths, {
      version: 1,
      spec,
      image: { id: '', node: '', client: '', kernel: '', initrd: '' },
      accel: 'tcg',
      machineDigest: '',
      run,
      processes: [],
      snapshots: [],
    })
    expect(await ask(`T0KEN 9 reset ${second.name}`)).toBe('9 ok\n')
    expect(commands).toEqual([])
  })
})
