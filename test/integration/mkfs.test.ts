import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Action } from '../../src/core/action.ts'
import type { Cluster, Node, Volume } from '../../src/core/cluster.ts'
import { absent, type Fact, present } from '../../src/core/fact.ts'
import { type Content, volumeContents } from '../../src/facts/filesystem.ts'
import { heartbeatStopped } from '../../src/facts/heartbeat.ts'
import step from '../../src/steps/mkfs.ts'
import { runProbe } from '../facts/run-probe.ts'
import { drbd, givenOn, m1, m2, cluster as plain, volume as plainVolume } from '../steps/storage-fixture.ts'
import { type LoopDisk, loopDisk, run } from './loop-disk.ts'

/*
 * The step's script on a loop device that stands for the volume's DRBD device; drbdadm is a stand-in
 * that says that all is well and keeps a log.
 */

const standIns = {
  drbdadm: `#!/bin/sh
case $1 in
  role) echo Secondary/Secondary ;;
  cstate) echo Connected ;;
  dstate) echo UpToDate/UpToDate ;;
  *) echo "$*" >>/var/lib/drbdadm.log ;;
esac
`,
  // Another test's heartbeat on this machine is none of the node's.
  pidof: '#!/bin/sh\nexit 1\n',
}

const owned = { volume: 'data', owner: '1000', group: '1000', mode: '2775', fsid: '1', clients: [] }

let disk: LoopDisk
let volume: Volume
let cluster: Cluster
let node: Node

beforeEach(() => {
  disk = loopDisk(32)
  volume = { ...plainVolume, device: disk.path }
  node = { ...m1, disks: { data: disk.path } }
  cluster = {
    ...plain,
    nfs: { ...plain.nfs, v3: false },
    exports: [{ ...owned, path: '/srv/nfsha/a b' }],
  }
  for (const name of ['lib', 'run', 'bin']) mkdirSync(join(disk.directory, name))
  for (const [name, text] of Object.entries(standIns)) {
    writeFileSync(join(disk.directory, 'bin', name), text)
    chmodSync(join(disk.directory, 'bin', name), 0o755)
  }
})

afterEach(() => disk.release())

/** Runs a script with a /var/lib and /run of its own; what it mounts is gone with it, as after a crash. */
function inside(script: string): { code: number; output: string } {
  const { status, stdout, stderr, error } = spawnSync('unshare', ['--mount', 'sh', '-s'], {
    input: `mount --bind ${disk.directory}/lib /var/lib
mount --bind ${disk.directory}/run /run
(
${script}
) </dev/null
`,
    env: { PATH: `${disk.directory}/bin:${process.env.PATH}`, LC_ALL: 'C' },
    encoding: 'utf8',
  })
  if (error !== undefined) throw error
  return { code: status ?? -1, output: `${stdout}${stderr}` }
}

function diff(contents: Fact<readonly Content[]> = runProbe(volumeContents(disk.path))) {
  const intent = existsSync(join(disk.directory, 'lib/nfsha/intent/mkfs-data'))
  const facts = {
    'hold marker': absent(),
    status: present(drbd('Connected Secondary/Secondary UpToDate/UpToDate')),
    contents,
    intent: intent ? present({ kind: 'file', mode: '0600', owner: 'root:root' }) : absent(),
    mount: absent(),
    heartbeat: present(heartbeatStopped),
  } as never
  const given = givenOn(node, { cluster, item: volume })
  return step.diff({ ...given, host: node }, { host: node, facts }, { host: m2, facts })
}

function scriptOf(found: ReturnType<typeof diff>): Extract<Action, { kind: 'script' }> {
  const [action] = found.kind === 'change' ? found.actions : []
  if (action?.kind !== 'script') throw new Error(JSON.stringify(found))
  return action
}

function apply(found: ReturnType<typeof diff>): { code: number; output: string } {
  const { guard, script } = scriptOf(found)
  return inside(`{ ${guard?.script ?? ''}\n} || exit 9\n${script}`)
}

/** What `stat` says of each path on the volume. */
function onVolume(...paths: readonly string[]): readonly string[] {
  const words = paths.map(path => `"/mnt/${path}"`).join(' ')
  return inside(`mount -o ro ${disk.path} /mnt && stat -c '%n %u:%g %a' ${words}`).output.trim().split('\n')
}

const log = () => readFileSync(join(disk.directory, 'lib/drbdadm.log'), 'utf8').trim().split('\n')

describe('an empty volume', () => {
  it('gets file system, directories and label, and is given up', () => {
    expect(apply(diff())).toEqual({ code: 0, output: '' })
    expect(runProbe(volumeContents(disk.path))).toEqual(present([{ type: 'ext4', label: 'nfsha-data' }]))
    expect(onVolume('.nfsha', '.nfsha/nfsdcld', '.nfsha/tickle', 'a b')).toEqual([
      '/mnt/.nfsha 0:0 711',
      '/mnt/.nfsha/nfsdcld 0:0 700',
      '/mnt/.nfsha/tickle 0:0 700',
      '/mnt/a b 1000:1000 2775',
    ])
    expect(log()).toEqual(['primary data', 'secondary data'])
    expect(diff()).toEqual({ kind: 'in-sync' })
    expect(run('e2fsck', '-fn', disk.path)).toContain('nfsha-data')
  })

  it('is left alone when it is not empty any more, and given up', () => {
    const planned = diff()
    run('mkswap', disk.path)
    const { code, output } = apply(planned)
    expect(code).not.toBe(0)
    expect(output).toContain(`${disk.path} holds swap`)
    expect(run('blkid', '-p', '-o', 'value', '-s', 'TYPE', disk.path)).toBe('swap')
    expect(log()).toEqual(['primary data', 'secondary data'])
  })

  it('is left alone when a full file system of the same type came, also beside an intent', () => {
    inside('mkdir -p /var/lib/nfsha/intent; : >/var/lib/nfsha/intent/mkfs-data')
    const planned = diff(present([{ type: 'ext4' }]))
    run('mke2fs', '-q', '-t', 'ext4', '-L', 'precious', disk.path)
    expect(apply(planned).output).toContain(`${disk.path} holds ext4 precious`)
    expect(run('blkid', '-p', '-o', 'value', '-s', 'LABEL', disk.path)).toBe('precious')
  })
})

describe('a run that was cut', () => {
  const places = [
    'sync "$intent"',
    'drbdadm primary',
    'mkfs.ext4',
    'mount -t',
    'install -d',
    'umount',
    'e2label',
    'rm -f',
  ]

  it.each(places)('behind `%s` is finished by the next one', words => {
    const lines = scriptOf(diff()).script.split('\n')
    const end = lines.findLastIndex(line => line.startsWith(words))
    expect(end).toBeGreaterThan(0)
    inside(lines.slice(0, end + 1).join('\n'))
    const next = diff()
    if (next.kind === 'change') expect(apply(next).code).toBe(0)
    expect(diff()).toEqual({ kind: 'in-sync' })
    expect(onVolume('a b')).toEqual(['/mnt/a b 1000:1000 2775'])
  })
})
