import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nfsha } from './harness.ts'

const time = '2025-01-02T03:04:05.000Z'
const run = (cluster: string, result?: string) =>
  [
    { time, type: 'run-started', runId: 'x', cluster, playbook: 'deploy', controller: 'ada@desk' },
    { time, type: 'action-started', ref: 'hosts', host: 'm1', index: 0, text: 'true' },
    ...(result === undefined
      ? []
      : [{ time, type: 'run-finished', result, exitCode: 0, durationMs: 2000, roundTrips: 2 }]),
  ]
    .map(entry => `${JSON.stringify(entry)}\n`)
    .join('')

let state = ''
beforeAll(() => {
  state = mkdtempSync(join(tmpdir(), 'nfsha-cli-'))
  const directory = join(state, 'nfsha', 'journal')
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, '20250101-a.jsonl'), run('blue', 'done'))
  writeFileSync(join(directory, '20250102-b.jsonl'), run('green'))
})
afterAll(() => rmSync(state, { recursive: true }))

const journal = (...words: readonly string[]) =>
  nfsha(['journal', ...words], { env: { XDG_STATE_HOME: state } })

describe('nfsha journal', () => {
  test('lists the runs, newest first', async () => {
    const { code, stdout } = await journal()
    expect(code).toBe(0)
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'RUN         STARTED               CLUSTER  PLAYBOOK  RESULT      TOOK',
      '20250102-b  2025-01-02T03:04:05Z  green    deploy    unfinished',
      '20250101-a  2025-01-02T03:04:05Z  blue     deploy    done        2.0 s',
    ])
  })

  test('lists the runs of one cluster', async () => {
    expect((await journal('--cluster', 'blue')).stdout).not.toContain('green')
  })

  test('tells one run, more of it when asked', async () => {
    expect((await journal('show', '20250101')).stdout).toBe(
      `${time} run x: deploy on blue from ada@desk\n${time} run done after 2.0 s, 2 round trips\n`,
    )
    expect((await journal('20250101')).stdout).toBe((await journal('show', '20250101')).stdout)
    expect((await journal('show', 'last', '-vv')).stdout).toContain('hosts m1: $ true')
  })

  test('prints JSON', async () => {
    const { runs } = JSON.parse((await journal('--format', 'json')).stdout)
    expect(runs.map((each: { runId: string }) => each.runId)).toEqual(['20250102-b', '20250101-a'])
  })

  test('prints one run as JSON, wherever the option stands', async () => {
    for (const words of [
      ['show', 'last', '--format', 'json'],
      ['--format', 'json', 'show', 'last'],
    ]) {
      const { events } = JSON.parse((await journal(...words)).stdout)
      expect(events.map((each: { type: string }) => each.type)).toEqual(['run-started', 'action-started'])
    }
  })

  test('lists by `list`, too', async () => {
    expect((await journal('list', '--cluster', 'blue')).stdout).toBe(
      (await journal('--cluster', 'blue')).stdout,
    )
  })

  test('replays a run without running anything, and says how it ended', async () => {
    const { code, stdout, stderr } = await journal('replay', '20250101', '-vv')
    expect(code).toBe(0)
    expect(stderr).toMatch(/run x: deploy on blue from ada@desk\n.*hosts m1: \$ true\n.*run done/s)
    expect(stdout).toBe('It ended as done, exit code 0. This was a replay: nothing was run.\n')
    expect((await journal('replay', 'last')).stdout).toContain('the run was cut off')
  })

  test('gives a replay as JSON, with its pauses', async () => {
    const { events } = JSON.parse(
      (await journal('replay', 'last', '--speed', '2', '--format', 'json')).stdout,
    )
    expect(events).toMatchObject([
      { afterMs: 0, type: 'run-started' },
      { afterMs: 0, type: 'action-started' },
    ])
  })

  test.each([
    [['replay', 'last', '--speed', '0'], /give a number above 0/],
    [['replay', 'last', '--speed', 'fast'], /give a number above 0/],
    [['replay', 'last', '--longest-pause', '1y'], /give a span/],
    [['replay', '7'], /no run 7/],
  ])('refuses %s', async (words, message) => {
    const { code, stderr } = await journal(...words)
    expect(code).toBe(64)
    expect(stderr).toMatch(message)
  })

  test('says what to do about a run that is not there', async () => {
    const { code, stderr } = await journal('show', '7')
    expect(code).toBe(64)
    expect(stderr).toMatch(/^error: no run 7 in .*\n {2}fix: `nfsha journal` lists the runs\n$/)
  })

  test('is empty before the first run', async () => {
    const { stdout } = await nfsha(['journal'], { env: { XDG_STATE_HOME: join(state, 'none') } })
    expect(stdout).toContain('No runs in')
  })
})
