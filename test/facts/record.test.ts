import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { present } from '../../src/core/fact.ts'
import { record } from '../../src/facts/record.ts'
import { together } from './run-probe.ts'

let directory = ''
beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'nfsha-record-')))
})
afterAll(() => rmSync(directory, { recursive: true }))

describe('records that are read at once', () => {
  it('have the beginnings that each has alone, or are absent', async () => {
    writeFileSync(join(directory, 'short'), 'a\nb')
    writeFileSync(join(directory, 'long'), '123456789\n')
    const probes = ['short', 'gone', 'long'].map(name => record(name, join(directory, name), 5, present))
    const { joint, alone } = await together(probes)
    expect(joint).toEqual({ short: present('a\nb'), gone: { state: 'absent' }, long: present('12345') })
    expect(joint).toEqual(alone)
  })

  it('are not known where something else is there', async () => {
    const { joint, alone } = await together([
      record('one', directory, 5, present),
      record('other', join(directory, 'gone'), 5, present),
    ])
    expect(joint.one).toEqual({ state: 'unknown', reason: 'it is a directory' })
    expect(alone.one?.state).toBe('unknown')
  })
})
