import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Cluster, Volume } from '../../src/core/cluster.ts'
import { factValue } from '../../src/core/fact.ts'
import { type RehearsalFact, rehearsalHere } from '../../src/facts/rehearsal.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { shown } from '../render/tree.ts'

/*
 * The rehearsal with this machine's mkfs, mount, loop devices and namespaces. nfs-utils' programs are
 * stand-ins, which say what the real ones said in the lab.
 */

const example = exampleCluster()
const [volume] = example.volumes
if (volume === undefined) throw new Error('the example has a volume')

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nfsha-rehearsal-'))
  for (const name of ['bin', 'exports.d', 'nfs.conf.d', 'lib/nfs', 'lib/nfsha', 'run', 'wanted/exports.d'])
    mkdirSync(join(root, name), { recursive: true })
  standIn('nfsconf', 'exit 0')
  standIn('exportfs', 'exit 0')
  for (const name of ['group', 'exports.d/nfsha.exports', 'nfs.conf'])
    writeFileSync(join(root, 'wanted', name), '')
})

afterEach(() => rmSync(root, { recursive: true }))

function standIn(name: string, script: string): void {
  writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}

function pairWith(volumes: readonly Partial<Volume>[]): Cluster {
  const paths = {
    ...example.platform.paths,
    exportsDir: join(root, 'exports.d'),
    nfsConfDir: join(root, 'nfs.conf.d'),
  }
  return exampleCluster({
    platform: { ...example.platform, paths },
    volumes: volumes.map((more, index) => ({ ...volume, name: `v${index}`, ...more }) as Volume),
  })
}

/** What the rehearsal says, of these checks only: this machine is no node. */
function rehearse(cluster: Cluster, ...checks: readonly string[]): RehearsalFact {
  return rehearseAfter(':', cluster, ...checks)
}

/** The same after a command in its mount namespace. */
function rehearseAfter(before: string, cluster: Cluster, ...checks: readonly string[]): RehearsalFact {
  const script = shown('usr/local/sbin/nfsha-rehearse', cluster)
    .replaceAll('/var/lib/nfs', join(root, 'lib/nfs'))
    .replaceAll('/run/nfsha', join(root, 'run'))
  writeFileSync(join(root, 'rehearse'), script)
  const inside = `${before} && mount -n -t tmpfs t /mnt && sh '${root}/rehearse' wanted '${root}/wanted' mark`
  const { stdout, stderr } = spawnSync('unshare', ['-m', '--propagation', 'private', 'sh', '-c', inside], {
    env: { PATH: `${root}/bin:${process.env.PATH}`, LC_ALL: 'C' },
    encoding: 'utf8',
  })
  const found = factValue(rehearsalHere.parse({ stdout, exitCode: 0 }))
  if (found === undefined) throw new Error(stdout + stderr)
  const of = (flaws: RehearsalFact['refused']) => flaws.filter(({ check }) => checks.includes(check))
  return { refused: of(found.refused), told: of(found.told) }
}

const loops = () => spawnSync('losetup', ['-a'], { encoding: 'utf8' }).stdout

describe('mount options', () => {
  it.each([
    ['xfs', ['noatime', 'nobarrier'], 'nobarrier', /Unknown parameter 'nobarrier'/],
    ['ext4', ['noatime', 'nosuchoption'], 'nosuchoption', /Unknown parameter 'nosuchoption'/],
    ['ext4', ['commit=soon'], 'commit=soon', /commit/],
  ] as const)(
    'on %s, %j: the word at fault, in the words of mount and the kernel',
    (fsType, mountOptions, word, says) => {
      const before = [loops(), readFileSync('/proc/mounts', 'utf8')]
      const { refused } = rehearse(pairWith([{ fsType, mountOptions }]), 'mount')
      expect(refused).toEqual([
        {
          check: 'mount',
          word,
          text: expect.stringMatching(`v0 would not be mounted with "${word}": mount: /mnt/point: `),
          next: `take "${word}" out of the mount-options of v0`,
        },
      ])
      expect(refused[0]?.text).toMatch(says)
      expect([loops(), readFileSync('/proc/mounts', 'utf8')]).toEqual(before)
    },
  )

  it('that pass are remembered, and not tried again', () => {
    const fine = pairWith([
      { fsType: 'xfs', mountOptions: ['noatime', 'inode64'] },
      { fsType: 'ext4', mountOptions: [] },
      { fsType: 'ext4', mountOptions: ['data=journal'], mkfsOptions: ['-m', '0'] },
    ])
    expect(rehearse(fine, 'mount')).toEqual({ refused: [], told: [] })
    standIn('mkfs.xfs', 'exit 1')
    standIn('mkfs.ext4', 'exit 1')
    expect(rehearse(fine, 'mount')).toEqual({ refused: [], told: [] })
    rmSync(join(root, 'run/rehearsed'), { recursive: true })
    expect(rehearse(fine, 'mount').told).toHaveLength(3)
  })

  it('that cannot be tried here are told, not refused', () => {
    standIn(
      'mount',
      'case "$*" in *loop,*) echo "mount: no loop device" >&2; exit 1 ;; esac; exec /bin/mount "$@"',
    )
    const { refused, told } = rehearse(pairWith([{}]), 'mount')
    expect(refused).toEqual([])
    expect(told).toEqual([expect.objectContaining({ text: expect.stringContaining('no loop device') })])
  })
})

describe('exports', () => {
  const file = '/etc/exports.d/nfsha.exports'

  it.each([
    [`exportfs: ${file}:1: unknown keyword "foo"\n\n`, 1, ['foo', `${file}:1: unknown keyword "foo"`]],
    ['exportfs: unknown flavor krb6\n\n', 1, ['krb6', 'unknown flavor krb6']],
    [
      `exportfs: ${file}: 1: bad anonuid "anonuid=abc"\n`,
      1,
      ['anonuid=abc', `${file}: 1: bad anonuid "anonuid=abc"`],
    ],
    ['exportfs: Failed to stat /srv/nfsha/data: No such file or directory\n', 1, undefined],
    [
      `exportfs: ${file} [1]: Neither 'subtree_check' or 'no_subtree_check' specified for export "x:/y".\n  Assuming\n`,
      0,
      undefined,
    ],
  ])('%j', (said, code, refused) => {
    standIn('exportfs', `cat <<'END' >&2\n${said}END\nexit ${code}`)
    const found = rehearse(pairWith([{}]), 'exports').refused.map(({ word, text }) => [word, text])
    expect(found).toEqual(refused === undefined ? [] : [refused])
  })

  it('a name that only a name server knows is told, once', () => {
    standIn('exportfs', 'for n in 1 2; do echo "exportfs: Failed to resolve nas.example" >&2; done')
    const { refused, told } = rehearse(pairWith([{}]), 'exports', 'name')
    expect(refused).toEqual([])
    expect(told.map(({ check, word }) => [check, word])).toEqual([['name', 'nas.example']])
  })

  it('are read from a copy: neither the files nor the table of the node change', () => {
    writeFileSync(join(root, 'exports.d/nfsha.exports'), 'old\n')
    writeFileSync(join(root, 'wanted/exports.d/nfsha.exports'), 'new\n')
    standIn('exportfs', `cat '${root}/exports.d/nfsha.exports' >'${root}/seen'; : >'${root}/lib/nfs/etab'`)
    rehearse(pairWith([{}]), 'exports')
    expect(readFileSync(join(root, 'seen'), 'utf8')).toBe('new\n')
    expect(readFileSync(join(root, 'exports.d/nfsha.exports'), 'utf8')).toBe('old\n')
    expect(existsSync(join(root, 'lib/nfs/etab'))).toBe(false)
  })
})

describe('nfs.conf', () => {
  it.each([
    [
      'nothing is amiss',
      '[nfsd]\n threads = 16\n',
      '[general]\n x = 1\n\n[nfsd]\n tcp = y\n threads = 16\n',
      [],
    ],
    [
      'another file has the last word',
      '[nfsd]\n threads = 16\n',
      '[nfsd]\n threads = 8\n\n[x]\n threads = 16\n',
      ['threads'],
    ],
  ])('%s', (_, own, effective, words) => {
    standIn(
      'nfsconf',
      `case $1 in --file) printf '${own.replaceAll('\n', '\\n')}' ;; *) printf '${effective.replaceAll('\n', '\\n')}' ;; esac`,
    )
    expect(rehearse(pairWith([{}]), 'nfs.conf').refused.map(({ word }) => word)).toEqual(words)
  })

  it('that cannot be read is refused in the words of nfsconf', () => {
    standIn('nfsconf', 'echo "nfsconf: config error at nfs.conf:1: non-matched" >&2')
    expect(rehearse(pairWith([{}]), 'nfs.conf').refused.map(({ text }) => text)).toEqual([
      'nfsconf: config error at nfs.conf:1: non-matched',
    ])
  })
})

it('has no volume mounted while it works, nor what lies in it: a node that gives the group up could not demote', () => {
  const point = join(root, 'srv/a b')
  mkdirSync(point, { recursive: true })
  const mounts = `mount -t tmpfs volume '${point}' && mkdir '${point}/.nfsha' && mount -t tmpfs state '${point}/.nfsha'`
  standIn('exportfs', `grep -cE '^(volume|state) ' /proc/mounts >'${root}/held'`)
  writeFileSync(join(root, 'exports.d/nfsha.exports'), '')
  rehearseAfter(mounts, pairWith([{ mountPoint: point }]), 'exports')
  expect(readFileSync(join(root, 'held'), 'utf8')).toBe('0\n')
})

describe('the rest', () => {
  it('a command that is gone is named, and what brings it back', () => {
    rmSync(join(root, 'bin/exportfs'))
    expect(rehearse(pairWith([{}]), 'command').refused).toContainEqual({
      check: 'command',
      word: 'exportfs',
      text: 'exportfs is not there, or cannot be run',
      next: 'apt-get install --reinstall nfs-kernel-server on that node',
    })
  })

  it('a script that no shell can read is refused', () => {
    writeFileSync(join(root, 'wanted/group'), 'if true; then\n')
    expect(rehearse(pairWith([{}]), 'script').refused).toHaveLength(1)
  })

  it('a file system without room is named', () => {
    standIn('stat', "printf '/run 4096 10 0 0\\n/tmp 4096 100000 1000 3\\n'")
    expect(rehearse(pairWith([{}]), 'room').refused.map(({ text }) => text)).toEqual([
      '/run has room for 40 KiB only',
      '/tmp has only 3 inodes left',
    ])
  })
})
