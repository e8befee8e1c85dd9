import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { monitor, qmp } from '../../src/lab/qmp.ts'

/** A QEMU that answers commands from a table, one client at a time. */
function fakeQemu(path: string, answers: Readonly<Record<string, object>>): Promise<Server> {
  const server = createServer(socket => {
    socket.write('{"QMP": {"version": {}, "capabilities": []}}\n')
    socket.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.trim().split('\n')) {
        const { execute, id } = JSON.parse(line) as { execute: string; id?: string }
        socket.write('{"event": "RESUME", "data": {}}\n')
        socket.write(
          `${JSON.stringify({ ...(answers[execute] ?? { return: {} }), ...(id ? { id } : {}) })}\n`,
        )
      }
    })
  })
  return new Promise(resolve => server.listen(path, () => resolve(server)))
}

let directory = ''
let server: Server | undefined
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nfsha-qmp-'))
})
afterEach(async () => {
  server?.close()
  await rm(directory, { recursive: true })
})

describe('qmp', () => {
  it('answers the command’s value, past events', async () => {
    const path = join(directory, 'qmp')
    server = await fakeQemu(path, { 'query-status': { return: { status: 'running' } } })
    expect(await qmp(path, { execute: 'query-status' })).toEqual({ status: 'running' })
    expect(await qmp(path, { execute: 'query-status' })).toEqual({ status: 'running' })
  })

  it('fails with what the machine says', async () => {
    const path = join(directory, 'qmp')
    server = await fakeQemu(path, { set_link: { error: { class: 'DeviceNotFound' } } })
    await expect(qmp(path, { execute: 'set_link' })).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringContaining('DeviceNotFound'),
    })
  })

  it('fails when the machine is gone', async () => {
    await expect(qmp(join(directory, 'none'), { execute: 'stop' })).rejects.toMatchObject({ code: 'failed' })
  })
})

describe('monitor', () => {
  it('takes any text for a complaint', async () => {
    const path = join(directory, 'qmp')
    server = await fakeQemu(path, { 'human-monitor-command': { return: 'Error: no snapshot\r\n' } })
    await expect(monitor(path, 'loadvm x')).rejects.toThrow('no snapshot')
  })
})
