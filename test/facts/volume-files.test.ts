import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stateVolume } from '../../src/core/cluster.ts'
import { asideShell } from '../../src/facts/volume-aside.ts'
import { volumeFiles } from '../../src/facts/volume-files.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { answer } from './answer.ts'
import { runProbe } from './run-probe.ts'

const cluster = exampleCluster()
const [node] = cluster.nodes
const volume = stateVolume(cluster)

let scratch = ''
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'nfsha-files-'))
})
afterEach(() => rmSync(scratch, { recursive: true }))

/** The probe on this machine, where the tools of the node are pretended. */
function listed(connection: string, role: string, source: string) {
  const bin = join(scratch, 'bin')
  const mountPoint = join(scratch, "a volume's root")
  mkdirSync(bin)
  mkdirSync(join(mountPoint, 'docs'), { recursive: true })
  const stub = (name: string, body: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  stub('drbdadm', `case $1 in cstate) echo ${connection} ;; role) echo ${role} ;; esac`)
  stub('findmnt', `echo ${source}`)
  const there = (path: string, text: string) => writeFileSync(join(mountPoint, path), text)
  there('docs/a b', 'four')
  there('docs/line\nend', '')
  symlinkSync('a b', join(mountPoint, 'docs/link'))
  mkdirSync(join(mountPoint, '.nfsha'))
  there('.nfsha/generation', '1')
  utimesSync(join(mountPoint, 'docs/a b'), 1_700_000_000, 1_700_000_000)
  return runProbe(volumeFiles(node, { ...volume, mountPoint }), 'sh', `${bin}:${process.env.PATH}`)
}

describe('volumeFiles', () => {
  it('lists the tree where it is mounted, without what is ours, whatever the names are', () => {
    const found = listed('StandAlone', 'Primary/Unknown', volume.device)
    if (found.state !== 'present') throw new Error(JSON.stringify(found))
    expect(found.value.isWhole).toBe(true)
    const byPath = new Map(found.value.files.map(file => [file.path, file]))
    expect([...byPath.keys()].toSorted()).toEqual(['docs', 'docs/a b', 'docs/line\u0001end', 'docs/link'])
    expect(byPath.get('docs/a b')).toMatchObject({ kind: 'f', bytes: 4, modified: '1700000000.0000000000' })
    expect(byPath.get('docs/link')?.kind).toBe('l')
    // The change time is the kernel's, whatever a client set.
    expect(Number(byPath.get('docs/a b')?.changed)).toBeGreaterThan(1_700_000_000)
    const times = found.value.files.map(({ changed }) => Number(changed))
    expect(times).toEqual(times.toSorted((a, b) => b - a))
  })

  it.each(['Connected', 'SyncTarget', 'VerifyS'])('is absent while DRBD is %s: both are one', connection => {
    expect(listed(connection, 'Primary/Secondary', volume.device)).toEqual({ state: 'absent' })
  })

  it('is unknown where somebody has it Primary elsewhere', () => {
    expect(listed('StandAlone', 'Primary/Unknown', '/dev/sda1')).toMatchObject({
      state: 'unknown',
      reason: expect.stringContaining('is Primary, and not mounted at'),
    })
  })

  it('is unknown when not all could be read, or nothing came', () => {
    const probe = volumeFiles(node, volume)
    expect(answer(probe, 'x 0 99999999999 1 end\nf 1 1.0 1.0 a\n')).toMatchObject({ state: 'unknown' })
    expect(answer(probe, '')).toEqual({ state: 'unknown', reason: 'no answer' })
    expect(answer(probe, 'mount: bad superblock\n')).toEqual({
      state: 'unknown',
      reason: 'mount: bad superblock',
    })
  })

  it('says when there are more than it lists', () => {
    const lines = Array.from({ length: 20_001 }, (_, index) => `f 1 ${9_000_000 - index}.0 1.0 f${index}`)
    const found = answer(volumeFiles(node, volume), `x 0 99999999999 0 end\n${lines.join('\n')}\n`)
    expect(found).toMatchObject({ state: 'present', value: { isWhole: false } })
  })
})

describe('asideShell', () => {
  it('is one command line that writes nothing, in the words of the file system', () => {
    const xfs = asideShell(node, { ...volume, fsType: 'xfs' })
    expect(xfs).toContain('ro,norecovery,nouuid')
    expect(asideShell(node, volume)).toContain('ro,noload')
    expect(xfs).not.toContain('\n')
  })
})
