import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import type { Action } from '../../src/core/action.ts'
import { farewell } from '../../src/executor/finish.ts'
import { lockProgram, tellLockProgram, underLock } from '../../src/executor/lock.ts'
import { answerFunctions, wholeOrNothing } from '../../src/executor/request.ts'
import { chunkProgram, runnerProgram } from '../../src/executor/runner.ts'
import { composeBatch } from '../../src/facts/batch.ts'
import { context, word } from './harness.ts'

const run = {
  id: '20250102-030405-abcdef',
  who: "o'neill",
  controller: 'desk',
  pid: 1,
  startedAt: '2025-01-02T03:04:05Z',
  playbook: context.playbook,
}
const guard = { expects: 'x', script: "echo 'no'; exit 1" }
const actions: readonly Action[] = [
  { kind: 'put', path: "/etc/it's", content: ['a\n'], mode: '0644', owner: 'root:root', guard },
  { kind: 'run', argv: ['echo', 'a b'], env: { A: 'b' }, stdin: ['x'], timeoutMs: 1000, guard },
  { kind: 'script', title: 't', script: 'true', timeoutMs: 1000 },
]
const steps = [{ ref: 'one', actions }]
const batch = composeBatch([word('one'), word('two')])

/**
 * 2317: functions that are unreachable: later requests of the session call them. 2034, 2154: variables
 * that one request sets and another one reads. 2329: functions called by a name that is put together.
 */
const acrossRequests = '2034,2154,2317,2329'

describe('what runs on nodes', () => {
  test.each([
    [
      'a session’s first request',
      wholeOrNothing(`${answerFunctions('TOKEN')}\n${batch}`, 'nfsha_frame answered'),
    ],
    ['taking the lock', wholeOrNothing(lockProgram(run, 0, batch))],
    ['telling the lock', wholeOrNothing(tellLockProgram)],
    ['a chunk', wholeOrNothing(underLock(chunkProgram('/run/nfsha/runs/x', steps, batch, 'MARKER')))],
    ['the runner', runnerProgram('/run/nfsha/runs/x', steps)],
    ['saying farewell', wholeOrNothing(farewell({ run }, 'done', ['one']))],
  ])('%s passes shellcheck', (_, program) => {
    const { stdout, status } = spawnSync('shellcheck', ['-s', 'sh', '-e', acrossRequests, '-'], {
      input: program,
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
    expect(status).toBe(0)
  })
})
