import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { absent, present } from '../../src/core/fact.ts'
import type { Probe } from '../../src/core/probe.ts'
import { autofsBase, autofsPlaces } from '../../src/facts/autofs.ts'
import { clientMount } from '../../src/facts/client-mount.ts'
import { mountUsers } from '../../src/facts/mount-users.ts'
import { runProbe } from './run-probe.ts'

let dir = ''
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'nfsha-mounts-')))
})
afterEach(() => rmSync(dir, { recursive: true }))

/** Asks of a machine with this mountinfo, as a kernel of Linux 6 writes it, and with autofs's files below `dir`. */
function asked<T>(probe: Probe<T>, ...mountinfo: readonly string[]) {
  const file = join(dir, 'mountinfo')
  writeFileSync(file, ['20 1 8:1 / / rw shared:1 - ext4 /dev/vda rw', ...mountinfo, ''].join('\n'))
  const script = probe.script
    .replaceAll('/proc/self/mountinfo', file)
    .replaceAll('/etc/auto.master', join(dir, 'auto.master'))
  return runProbe({ ...probe, script }, 'dash')
}

const automount = (base: string, map: string, options: string) =>
  `49 20 0:44 / ${base} rw,relatime shared:7 - autofs ${map} rw,fd=5,pgrp=10,timeout=300,minproto=5,maxproto=5,${options}`
const ours = automount('/nfs', '/etc/auto.nfsha', 'indirect,pipe_ino=3076173')
const abandoned = automount('/nfs', '/etc/auto.nfsha', 'indirect,pipe_ino=-1')
const nfs = (path: string) =>
  `71 70 0:43 / ${path} rw,relatime shared:9 - nfs4 192.168.0.219:/srv/my\\040data rw,vers=4.2`

describe('what is at a path of a client', () => {
  it.each([
    ['nothing there', '/nfs/data', [], { state: 'missing' }],
    [
      'NFS',
      '/mnt/my data',
      [nfs('/mnt/my\\040data')],
      { state: 'nfs', source: '192.168.0.219:/srv/my data' },
    ],
    [
      'an automount of systemd',
      '/mnt',
      [automount('/mnt', 'systemd-1', 'direct,pipe_ino=9')],
      { state: 'automount', source: 'systemd-1' },
    ],
    [
      'NFS over that',
      '/mnt',
      [automount('/mnt', 'systemd-1', 'direct,pipe_ino=9'), nfs('/mnt')],
      { state: 'nfs', source: '192.168.0.219:/srv/my data' },
    ],
    [
      'a map over the directory above',
      '/nfs/data',
      [ours],
      { state: 'automount', source: '/etc/auto.nfsha' },
    ],
    [
      'the same, mounted',
      '/nfs/data',
      [ours, nfs('/nfs/data')],
      { state: 'nfs', source: '192.168.0.219:/srv/my data' },
    ],
    [
      'a map whose daemon is gone',
      '/nfs/data',
      [abandoned],
      { state: 'abandoned', source: '/etc/auto.nfsha' },
    ],
    [
      'another file system over the map',
      '/nfs/data',
      [ours, '50 20 8:2 / /nfs rw - ext4 /dev/vdb rw'],
      { state: 'missing' },
    ],
    ['another file system', '/mnt', ['50 20 8:2 / /mnt rw - ext4 /dev/vdb rw'], { state: 'other' }],
  ])('%s', (_case, path, mountinfo, wanted) => {
    expect(asked(clientMount(path), ...mountinfo)).toEqual(present(wanted))
  })
})

describe('where autofs stands by our map', () => {
  it('is nowhere, or a directory with what is mounted in it', () => {
    expect(asked(autofsPlaces, automount('/net', '/etc/auto.net', 'indirect,pipe_ino=4'))).toEqual(absent())
    const place = { base: '/nfs', isServed: true, idleSeconds: 300, users: [] }
    const mounts = [{ path: '/nfs/data', source: '192.168.0.219:/srv/my\\040data' }]
    expect(asked(autofsPlaces, ours, nfs('/nfs/data'), nfs('/mnt'))).toEqual(present([{ ...place, mounts }]))
    expect(asked(autofsPlaces, abandoned)).toEqual(present([{ ...place, isServed: false, mounts: [] }]))
  })
})

describe('the directory over which autofs is to stand', () => {
  const fine = { entries: [], namedBy: [], ignoresOurs: false }

  it('has its entries told, and who else names it', () => {
    const base = join(dir, 'base')
    for (const name of ['empty', 'full/x', 'mounted']) mkdirSync(join(base, name), { recursive: true })
    writeFileSync(join(base, 'a file'), '')
    writeFileSync(join(dir, 'auto.master'), '#+dir:/etc/auto.master.d\n')
    mkdirSync(join(dir, 'auto.master.d'))
    writeFileSync(join(dir, 'auto.master.d', 'their.autofs'), `${base} /etc/auto.theirs\n`)
    const found = asked(autofsBase(base), nfs(join(base, 'mounted')))
    const { entries, ...more } = found.state === 'present' ? found.value : fine
    expect(more).toEqual({
      state: 'directory',
      namedBy: [join(dir, 'auto.master.d', 'their.autofs')],
      ignoresOurs: true,
    })
    expect(entries.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: 'a file', isEmptyDirectory: false },
      { name: 'empty', isEmptyDirectory: true },
      { name: 'full', isEmptyDirectory: false },
      { name: 'mounted', isEmptyDirectory: false },
    ])
  })

  it.each([
    ['a map', [ours], { ...fine, state: 'autofs', source: '/etc/auto.nfsha' }],
    ['a file system', ['50 20 8:2 / /nfs rw - ext4 /dev/vdb rw'], { ...fine, state: 'mounted' }],
    ['nothing', [], { ...fine, state: 'missing' }],
  ])('has %s over it', (_case, mountinfo, wanted) => {
    expect(asked(autofsBase('/nfs'), ...mountinfo)).toEqual(present(wanted))
  })
})

describe('who uses a mount', () => {
  it('is told by name and process, for an open file and a working directory', () => {
    const path = join(dir, 'a [mount]')
    mkdirSync(join(path, 'below'), { recursive: true })
    writeFileSync(join(path, 'file'), '')
    expect(runProbe(mountUsers(path))).toEqual(present([]))
    const reader = spawn('sleep', ['60'], { stdio: [openSync(join(path, 'file'), 'r'), 'ignore', 'ignore'] })
    const worker = spawn('sleep', ['60'], { cwd: join(path, 'below'), stdio: 'ignore' })
    try {
      const found = runProbe(mountUsers(path))
      expect(found).toEqual(
        present(
          expect.arrayContaining([
            { pid: reader.pid, name: 'sleep' },
            { pid: worker.pid, name: 'sleep' },
          ]),
        ),
      )
    } finally {
      reader.kill()
      worker.kill()
    }
  })
})
