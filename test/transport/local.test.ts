import { describe, expect, test } from 'vitest'
import { localTransport } from '../../src/transport/local.ts'

const host = { name: 'h', ssh: { host: 'h', become: false, connectTimeoutMs: 1, keepaliveMs: 1 } }
const open = (shell: readonly [string, ...string[]]) =>
  localTransport(() => shell).open(host, new AbortController().signal)

async function all(output: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const piece of output) text += piece
  return text
}

describe('a local shell', () => {
  test('takes text, gives bytes, and ends when it ends', async () => {
    const shell = await open(['sh'])
    await shell.write("printf 'ž\\377'; exit 3\n")
    expect(await all(shell.output)).toBe('\xc5\xbe\xff')
  })

  test('keeps the end of what it said on standard error', async () => {
    const shell = await open(['sh', '-c', 'yes x | head -c 100000 >&2; echo last >&2'])
    await all(shell.output)
    expect(shell.stderrTail()).toHaveLength(64 * 1024)
    expect(shell.stderrTail().endsWith('last\n')).toBe(true)
  })

  test('that cannot be started says so', async () => {
    const shell = await open(['/nonexistent/shell'])
    await expect(all(shell.output)).rejects.toMatchObject({
      code: 'failed',
      message: 'cannot start /nonexistent/shell for h',
    })
  })

  test('that is closed takes no more, and closing again is no error', async () => {
    const shell = await open(['sh'])
    await shell.close()
    await shell.close()
    await expect(shell.write('echo x\n')).rejects.toThrow()
  })

  test('is not opened once it was interrupted', async () => {
    const aborted = AbortSignal.abort(new Error('stop'))
    await expect(localTransport().open(host, aborted)).rejects.toThrow('stop')
  })
})
