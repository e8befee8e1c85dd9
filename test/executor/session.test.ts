import { describe, expect, test } from 'vitest'
import type { RemoteShell, Transport } from '../../src/core/transport.ts'
import { runCommand } from '../../src/executor/command.ts'
import type { Frame } from '../../src/executor/frames.ts'
import { openSession, type Session } from '../../src/executor/session.ts'
import { localTransport } from '../../src/transport/local.ts'

const host = { name: 'm1', ssh: { host: 'm1', become: false, connectTimeoutMs: 1000, keepaliveMs: 1000 } }
const open = (transport: Transport = localTransport()): Promise<Session> =>
  openSession(transport, host, new AbortController().signal)

async function ask(session: Session, program: string, silenceMs = 20_000): Promise<readonly Frame[]> {
  const frames: Frame[] = []
  await session.request(program, { silenceMs, onFrame: frame => void frames.push(frame) })
  return frames
}

describe('a session', () => {
  test('answers one request after the other, functions and variables kept', async () => {
    const session = await open()
    expect(await ask(session, 'kept=yes; nfsha_frame first')).toMatchObject([{ kind: 'first' }])
    expect(await ask(session, 'nfsha_frame second "$kept"')).toMatchObject([
      { kind: 'second', fields: ['yes'] },
    ])
    await session.close()
  })

  test('is not misled by what looks like its frames', async () => {
    const session = await open()
    const frames = await ask(
      session,
      'echo "nfsha-0000 answered"; echo answered; nfsha_text real "answered\n"',
    )
    expect(frames).toMatchObject([{ kind: 'real', payload: 'answered\n' }])
    await session.close()
  })

  test('is not disturbed by what a login shell prints first', async () => {
    const session = await open(localTransport(() => ['sh', '-c', 'printf "Welcome to m1"; exec sh']))
    expect(await ask(session, 'nfsha_frame x')).toHaveLength(1)
    await session.close()
  })

  test.each([
    ['ends', 'exit 3', /^the link to m1 ended$/],
    ['ends with a word', 'echo no more >&2; exit 3', /^the link to m1 ended: no more$/],
    ['is killed', 'kill -KILL $$', /^the link to m1 ended$/],
  ])('whose shell %s is unreachable', async (_, program, message) => {
    const session = await open()
    await expect(ask(session, program)).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(message),
    })
    await expect(ask(session, 'true')).rejects.toMatchObject({ code: 'unreachable' })
    await session.close()
  })

  test('that falls silent is given up', async () => {
    const session = await open()
    await expect(ask(session, 'sleep 30', 300)).rejects.toMatchObject({
      code: 'unreachable',
      message: 'm1 said nothing for 0 s',
    })
    await session.close()
  })

  test('that is left throws at once, and writes nothing more', async () => {
    const session = await open()
    const asked = ask(session, 'sleep 30')
    session.abandon()
    await expect(asked).rejects.toMatchObject({ code: 'interrupted' })
    await expect(ask(session, 'true')).rejects.toMatchObject({ code: 'interrupted' })
  })

  test('takes a stop that comes too late for nothing', async () => {
    const session = await open()
    await session.askToStop()
    expect(await ask(session, 'nfsha_frame x')).toHaveLength(1)
    await session.askToStop()
    expect(await ask(session, 'nfsha_frame y')).toHaveLength(1)
    await session.close()
  })

  test('what the transport throws while opening is thrown on', async () => {
    const broken: Transport = { open: () => Promise.reject(new Error('no')), close: async () => undefined }
    await expect(open(broken)).rejects.toThrow('no')
  })

  test('a program larger than any pipe arrives whole, while its answer is read', async () => {
    const session = await open()
    const lines = Array.from({ length: 3000 }, (_, index) => `nfsha_text t ${'x'.repeat(100)}${index}`)
    const frames = await ask(session, lines.join('\n'))
    expect(frames).toHaveLength(3000)
    expect(frames.at(-1)?.payload.endsWith('x2999')).toBe(true)
    await session.close()
  })

  test('writes and reads on a link that breaks in the middle of a write', async () => {
    let told = (): void => undefined
    const shell: RemoteShell = {
      write: () => new Promise((_, reject) => setTimeout(() => reject(new Error('EPIPE')), 10)),
      output: {
        [Symbol.asyncIterator]: () => ({
          next: () =>
            new Promise<IteratorResult<string>>(resolve => {
              told = () => resolve({ done: true, value: undefined })
            }),
        }),
      },
      stderrTail: () => '',
      close: async () => told(),
    }
    const session = await open({ open: async () => shell, close: async () => undefined })
    await expect(ask(session, 'true')).rejects.toMatchObject({ code: 'unreachable' })
    await session.close()
  })
})

describe('a command', () => {
  test('gives what it printed, where, and its exit code', async () => {
    const session = await open()
    const argv = ['sh', '-c', 'cat; echo "it\'s ž" >&2; exit 7']
    expect(await runCommand(session, argv, { timeoutMs: 5000, stdin: 'a\n"b' })).toEqual({
      exitCode: 7,
      stdout: 'a\n"b',
      stderr: "it's ž\n",
    })
    await session.close()
  })

  test('that takes too long is ended', async () => {
    const session = await open()
    expect(await runCommand(session, ['sleep', '30'], { timeoutMs: 1000 })).toMatchObject({ exitCode: 124 })
    await session.close()
  })

  test('that is not there', async () => {
    const session = await open()
    const found = await runCommand(session, ['/nonexistent'], { timeoutMs: 1000 })
    expect(found).toMatchObject({ exitCode: 127, stderr: expect.stringContaining('/nonexistent') })
    await session.close()
  })
})
