import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { monitorLoaded, monitorState, slowDisks } from '../../src/facts/monitor.ts'
import { answer } from './answer.ts'
import { runProbe } from './run-probe.ts'

/** As seen in the lab. */
const seen = `{"cluster":"lab","node":"m1","role":"active","health":"failing","failures":2,"handOvers":0,"failing":[{"check":"threads","text":"nfsd has no threads"}],"notices":[{"id":"late-heartbeat","priority":5,"text":"heartbeats that came late in the last minute: 2"}]}
`

describe('the state of the monitor', () => {
  it('is what status reads', () => {
    expect(answer(monitorState, seen)).toEqual({
      state: 'present',
      value: {
        role: 'active',
        health: 'failing',
        failing: [{ check: 'threads', text: 'nfsd has no threads' }],
        notices: [
          { id: 'late-heartbeat', priority: 5, text: 'heartbeats that came late in the last minute: 2' },
        ],
      },
    })
  })

  it.each([
    ['4321.07', 4_300_000, 21_070],
    ['4321.07', undefined, undefined],
    ['', 4_300_000, undefined],
  ])('has an age by the time since boot: %j and %j', (up, uptimeMs, agoMs) => {
    const state = { role: 'active', health: 'well', failing: [], notices: [] }
    expect(answer(monitorState, `${JSON.stringify({ ...state, uptimeMs })}\n${up}\n`)).toEqual({
      state: 'present',
      value: { ...state, ...(agoMs !== undefined && { agoMs }) },
    })
  })

  it('has what each device costs, where the monitor measures that', () => {
    const devices = [
      { volume: 'data', device: 'drbd0', requests: 9, writeMs: 25, requestMs: 25, slow: '' },
      { volume: 'data', device: 'vdb', requests: 0, requestMs: 0, slow: 'no request has ended for 10 s' },
    ]
    const measured = seen.replace(/}\n$/, `,"devices":${JSON.stringify(devices)}}`)
    expect(answer(monitorState, measured)).toMatchObject({ state: 'present', value: { devices } })
    expect(answer(monitorState, measured.replace('"requests":9', '"requests":"9"')).state).toBe('unknown')
  })

  it('tells who must not depend on a slow disk, which are', () => {
    const devices = [
      { volume: 'data', device: 'vdb', requests: 9, writeMs: 5, requestMs: 5, slow: '' },
      { volume: 'data', device: 'vdc', requests: 0, requestMs: 0, slow: 'no request has ended for 10 s' },
    ]
    const measured = seen.replace(/}\n$/, `,"devices":${JSON.stringify(devices)}}`)
    expect(answer(slowDisks, measured)).toEqual({
      state: 'present',
      value: ['vdc of data: no request has ended for 10 s'],
    })
    expect(answer(slowDisks, seen)).toMatchObject({ state: 'unknown' })
  })

  it('is that it starts, where it runs and has written none yet; absent where it does not run', () => {
    const slice = mkdtempSync(join(tmpdir(), 'nfsha-slice-'))
    const script = monitorState.script.replace('/sys/fs/cgroup/system.slice', slice)
    try {
      expect(runProbe({ ...monitorState, script }, 'dash')).toEqual({ state: 'absent' })
      mkdirSync(join(slice, 'nfsha-monitor.service'))
      writeFileSync(join(slice, 'nfsha-monitor.service', 'cgroup.procs'), '4711\n')
      expect(runProbe({ ...monitorState, script }, 'dash')).toEqual({
        state: 'present',
        value: { role: 'unknown', health: 'starting', failing: [], notices: [] },
      })
    } finally {
      rmSync(slice, { recursive: true })
    }
  })

  it.each([
    ['', 'is not JSON'],
    [seen.slice(0, 100), 'is not JSON'],
    ['null', 'is not understood'],
    ['{"role":"active"}', 'is not understood'],
    [seen.replace('"priority":5', '"priority":"4"'), 'is not understood'],
    [seen.replace('"failing":[', '"failing":[7,'), 'is not understood'],
    [seen.replace('"failures":2', '"uptimeMs":"2"'), 'is not understood'],
  ])('%j is unknown', (stdout, reason) => {
    expect(answer(monitorState, stdout)).toEqual({
      state: 'unknown',
      reason: expect.stringContaining(reason),
    })
  })
})

it.each([
  ['yes\n', true],
  ['no\n', false],
])('whether the script that runs is the one that is there: %j', (stdout, value) => {
  expect(answer(monitorLoaded, stdout)).toEqual({ state: 'present', value })
})
