import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { answerFunctions, wholeOrNothing } from '../../src/executor/request.ts'

const folder = mkdtempSync(join(tmpdir(), 'nfsha-request-'))
afterAll(() => rmSync(folder, { recursive: true }))

const run = (shell: string, input: string) =>
  spawnSync(shell, { input: Buffer.from(input), encoding: 'latin1' })

describe.each(['dash', 'bash'])('a request to %s', shell => {
  test('runs once when it came whole', () => {
    expect(run(shell, wholeOrNothing('echo ran')).stdout).toBe('ran\n')
  })

  test('cut at any byte, runs nothing, even after another request', () => {
    const mark = join(folder, shell)
    const request = wholeOrNothing(`nfsha_text x 'quo'\\''ted'\ntouch ${mark}`)
    const before = wholeOrNothing(`${answerFunctions('TOKEN')}\n: > /dev/null`)
    // The last byte is the newline after the closing brace: without it the request is whole.
    for (let end = 0; end < request.length - 1; end += 1) {
      run(shell, before + request.slice(0, end))
      expect(existsSync(mark), `cut after ${JSON.stringify(request.slice(0, end).slice(-20))}`).toBe(false)
    }
    run(shell, before + request)
    expect(existsSync(mark)).toBe(true)
  })

  test('a command that reads standard input eats nothing of what follows', () => {
    const { stdout } = run(
      shell,
      wholeOrNothing('cat\nread x\nhead -c 1\necho here') + wholeOrNothing('echo there'),
    )
    expect(stdout).toBe('here\nthere\n')
  })

  test('the channel is readable as descriptor 3', async () => {
    const child = spawn(shell, { stdio: ['pipe', 'pipe', 'inherit'] })
    const output = child.stdout.setEncoding('utf8')
    child.stdin.write(wholeOrNothing('echo begun\nread -r line <&3; echo "[$line]"'))
    expect(await once(output, 'data')).toEqual(['begun\n'])
    child.stdin.end('stop\n')
    expect(await once(output, 'data')).toEqual(['[stop]\n'])
  })

  test('answers count bytes, not characters', () => {
    const program = `${answerFunctions('TOKEN')}\nnfsha_text word 'ž'`
    expect(run(shell, wholeOrNothing(program)).stdout).toBe('TOKEN word #2\n\xc5\xbe')
  })
})
