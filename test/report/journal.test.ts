import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/core/event.ts'
import { journalDirectory, openJournal } from '../../src/report/journal.ts'
import { findRun, journalRunIds, readJournal, summarise } from '../../src/report/journal-read.ts'
import { maskFor } from '../../src/report/mask.ts'
import { salt, samplePlan } from './sample-plan.ts'

const mask = maskFor({ salt, saltIsEphemeral: false })
const now = () => new Date('2025-01-02T03:04:05.678Z')
const started: RunEvent = {
  type: 'run-started',
  runId: 'r1',
  cluster: 'm1-m2',
  playbook: 'deploy',
  controller: 'ada@desk',
}
const finished: RunEvent = {
  type: 'run-finished',
  result: 'done',
  exitCode: 0,
  durationMs: 1234,
  roundTrips: 3,
}

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'nfsha-journal-'))
})
afterEach(() => rmSync(home, { recursive: true }))

function write(runId: string, ...events: readonly RunEvent[]): string {
  const journal = openJournal(join(home, 'journal'), runId, mask, now)
  for (const event of events) journal.sink(event)
  expect(journal.failure()).toBeUndefined()
  return journal.path
}

describe('journal', () => {
  test('keeps every event as one line, for the owner only, without secrets', () => {
    const path = write('r1', started, { type: 'plan-made', plan: samplePlan }, finished)
    const entries = readJournal(join(home, 'journal'), 'r1')
    expect(entries.map(entry => entry.type)).toEqual(['run-started', 'plan-made', 'run-finished'])
    expect(entries[0]?.time).toBe('2025-01-02T03:04:05.678Z')
    expect(JSON.stringify(entries)).not.toContain('correct horse')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(home, 'journal')).mode & 0o777).toBe(0o700)
  })

  test('summarises a run, and knows one that was killed', () => {
    write('r1', started, finished)
    const path = write('r2', started)
    appendFileSync(path, '{"time":"2025-01-02T03:0')
    const summary = (id: string) => summarise(id, readJournal(join(home, 'journal'), id))
    expect(summary('r1')).toMatchObject({ cluster: 'm1-m2', result: 'done', durationMs: 1234 })
    expect(summary('r2')).toMatchObject({ result: 'unfinished', durationMs: undefined })
  })

  test('a journal that cannot be written does not stop the run', () => {
    writeFileSync(join(home, 'file'), '')
    const journal = openJournal(join(home, 'file'), 'r1', mask, now)
    journal.sink(started)
    expect(journal.failure()).toMatch(/EEXIST|ENOTDIR/)
    expect(readdirSync(home)).toEqual(['file'])
  })

  test('finds runs by id, by its beginning, and the last', () => {
    write('20250101-a', started)
    write('20250102-b', started)
    const directory = join(home, 'journal')
    expect(journalRunIds(directory)).toEqual(['20250102-b', '20250101-a'])
    expect(findRun(directory, 'last')).toBe('20250102-b')
    expect(findRun(directory, '20250101')).toBe('20250101-a')
    expect(() => findRun(directory, '2025')).toThrow('2 runs begin with 2025')
    expect(() => findRun(directory, 'x')).toThrow('no run x')
    expect(journalRunIds(join(home, 'nowhere'))).toEqual([])
  })
})

test.each([
  [{ HOME: '/home/ada' }, '/home/ada/.local/state/nfsha/journal'],
  [{ HOME: '/home/ada', XDG_STATE_HOME: '/var/s' }, '/var/s/nfsha/journal'],
  // Relative paths there are to be ignored, says the specification.
  [{ HOME: '/home/ada', XDG_STATE_HOME: 'rel' }, '/home/ada/.local/state/nfsha/journal'],
])('the journal of %j is in %s', (env, path) => {
  expect(journalDirectory(env)).toBe(path)
})
