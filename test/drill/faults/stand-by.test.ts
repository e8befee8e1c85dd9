import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Scene } from '../../../src/drill/fault.ts'
import { standBy } from '../../../src/drill/faults/stand-by.ts'
import { loadExample } from '../../fixtures/cluster.ts'

const { cluster } = await loadExample('lab')
const [node] = cluster.nodes
const roots: string[] = []

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true })
})

/** What is asked of heartbeat on a node where asking does this to the group's mark; nobody sleeps. */
async function askedWhere(hearing: string, isActive = true, rscstatus = 'all'): Promise<() => number> {
  const root = mkdtempSync(join(tmpdir(), 'nfsha-stand-by-'))
  roots.push(root)
  const mark = join(root, 'group.active')
  const command = (name: string, body: string) => {
    writeFileSync(join(root, name), `#!/bin/sh\n${body}\n`)
    chmodSync(join(root, name), 0o755)
  }
  if (isActive) writeFileSync(mark, '')
  writeFileSync(join(root, 'asked'), '')
  command('hb_standby', `echo "$*" >>'${root}/asked'`)
  writeFileSync(join(root, 'rscstatus'), rscstatus)
  command('cl_status', `cat '${root}/rscstatus'`)
  command('sleep', `mark='${mark}' root='${root}'; ${hearing}`)
  const run: Scene['run'] = async (_, script) => {
    const here = script
      .replaceAll('/run/nfsha/group.active', mark)
      .replaceAll(cluster.platform.paths.heartbeatShare, root)
    // Held by whoever goes on asking, so that its end is known.
    return execFileSync('flock', [join(root, 'asking'), 'dash', '-c', here], {
      env: { PATH: `${root}:${process.env.PATH}` },
    }).toString()
  }
  await standBy({ cluster, run } as unknown as Scene, node)
  execFileSync('flock', [join(root, 'asking'), 'true'])
  return () => readFileSync(join(root, 'asked'), 'utf8').split('all\n').length - 1
}

describe('a node that is told to stand by', () => {
  test.each([
    ['again while it does not begin, and not for ever', ':', true, 4],
    ['once, when it gives the group up', 'rm -f "$mark"', true, 1],
    [
      'once, when the group has come back meanwhile',
      'rm "$mark"; : >"$mark.new"; mv "$mark.new" "$mark"',
      true,
      1,
    ],
    ['once, when it has begun at once', ':', false, 1],
    // Else heartbeat would wait for an hour with "Standby in progress".
    ['not while heartbeat is in transition', ':', true, 0, 'transition'],
    ['not where heartbeat does not answer', ':', true, 0, ''],
    ['once the transition is over', 'echo local >"$root/rscstatus"', true, 3, 'transition'],
  ])('is asked %s', async (_, hearing, isActive, times, rscstatus = 'all') => {
    expect((await askedWhere(hearing, isActive, rscstatus))()).toBe(times)
  })
})
