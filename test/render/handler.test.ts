import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exampleCluster } from '../fixtures/cluster.ts'
import { shown } from './tree.ts'

let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nfsha-handler-'))
})

afterEach(() => {
  rmSync(root, { recursive: true })
})

/** Calls the handler as DRBD does, with its files below `root`. */
function handle(event: string | undefined, resource?: string): number | null {
  const script = shown('etc/drbd.d/nfsha-handler', exampleCluster())
    .replace('guard=/', `guard=${root}/`)
    .replace('>/dev/kmsg', `>>${root}/kmsg`)
  const env = { PATH: process.env.PATH ?? '', ...(resource === undefined ? {} : { DRBD_RESOURCE: resource }) }
  return spawnSync('dash', ['-s', ...(event === undefined ? [] : [event])], { input: script, env }).status
}

const mark = () => join(root, 'var/lib/nfsha/guard/data.split-brain')

describe("DRBD's handler", () => {
  it('marks an unresolved split-brain, and logs it', () => {
    expect(handle('split-brain', 'data')).toBe(0)
    expect(readFileSync(mark(), 'utf8')).toMatch(/^\d{10,} split-brain\n$/)
    expect(readFileSync(join(root, 'kmsg'), 'utf8')).toBe('<26>nfsha: DRBD data: split-brain\n')
  })

  it('keeps the time of the first mark', () => {
    handle('split-brain', 'data')
    writeFileSync(mark(), '1 split-brain\n')
    handle('split-brain', 'data')
    expect(readFileSync(mark(), 'utf8')).toBe('1 split-brain\n')
  })

  it.each(['local-io-error', 'pri-on-incon-degr', 'pri-lost-after-sb'])('only logs %s', event => {
    expect(handle(event, 'data')).toBe(0)
    expect(existsSync(mark())).toBe(false)
    expect(readFileSync(join(root, 'kmsg'), 'utf8')).toContain(event)
  })

  it('fails without an event or a resource', () => {
    expect(handle(undefined, 'data')).not.toBe(0)
    expect(handle('split-brain')).not.toBe(0)
  })
})
