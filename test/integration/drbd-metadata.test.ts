import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Action } from '../../src/core/action.ts'
import type { Node } from '../../src/core/cluster.ts'
import { absent, type Fact, unknown } from '../../src/core/fact.ts'
import { exitAbsent, type Probe } from '../../src/core/probe.ts'
import { disk as diskProbe } from '../../src/facts/block.ts'
import { drbdMetadata } from '../../src/facts/drbd-metadata.ts'
import step from '../../src/steps/drbd-create-md.ts'
import { blankDisk, cluster, givenOn, m1, m2, volume } from '../steps/storage-fixture.ts'
import { type LoopDisk, loopDisk, run } from './loop-disk.ts'

/*
 * The step's scripts with the real drbdadm and drbdmeta, on loop devices, in a namespace that has
 * /etc/drbd.d and /var/lib of its own and calls itself m1. No DRBD module is needed: metadata that
 * are not attached are drbdmeta's business alone.
 */

let disk: LoopDisk
let node: Node

beforeEach(() => {
  disk = loopDisk(32)
  node = { ...m1, disks: { data: disk.path } }
  for (const name of ['etc', 'lib']) mkdirSync(join(disk.directory, name))
  const write = (name: string, text: string) => writeFileSync(join(disk.directory, 'etc', name), text)
  write('global_common.conf', 'global { usage-count no; disable-ip-verification; }\n')
  write(
    'data.res',
    `resource data {
  device /dev/drbd0 minor 0;
  meta-disk internal;
  on m1 { disk "${disk.path}"; address ipv4 127.0.0.1:7788; }
  on m2 { disk "/dev/sdb"; address ipv4 127.0.0.2:7788; }
}
`,
  )
})

afterEach(() => disk.release())

/** Runs a script as on a node, which has DRBD 8.4. */
function inside(script: string): { code: number; output: string } {
  const { status, stdout, stderr, error } = spawnSync('unshare', ['--mount', '--uts', 'sh', '-s'], {
    input: `hostname m1
mount --bind ${disk.directory}/etc /etc/drbd.d
mount --bind ${disk.directory}/lib /var/lib
(
${script}
) </dev/null
`,
    env: { PATH: process.env.PATH, LC_ALL: 'C', DRBD_DRIVER_VERSION_OVERRIDE: '8.4.11' },
    encoding: 'utf8',
  })
  if (error !== undefined) throw error
  return { code: status ?? -1, output: `${stdout}${stderr}` }
}

function ask<T>(probe: Probe<T>): Fact<T> {
  const { code, output } = inside(probe.script)
  if (code === exitAbsent) return absent()
  return code === 0 ? probe.parse({ stdout: output, exitCode: 0 }) : unknown(output)
}

function diff(allowDataLoss: readonly string[] = []) {
  const facts = { disk: ask(diskProbe(disk.path)), metadata: ask(drbdMetadata(cluster, node, volume)) }
  const blank = { disk: { state: 'present', value: blankDisk } as const, metadata: absent() }
  return step.diff(
    { ...givenOn(node, { params: { allowDataLoss } }), host: node },
    { host: node, facts },
    { host: m2, facts: blank },
  )
}

const consent = ['data@m1']

function scriptOf(found: ReturnType<typeof diff>): Extract<Action, { kind: 'script' }> {
  const [action] = found.kind === 'change' ? found.actions : []
  if (action?.kind !== 'script') throw new Error(JSON.stringify(found))
  return action
}

/** Checks the guard and acts, as the executor does. */
function apply(found: ReturnType<typeof diff>): { code: number; output: string } {
  const { guard, script } = scriptOf(found)
  const checked = guard === undefined ? { code: 0, output: '' } : inside(guard.script)
  return checked.code === 0 ? inside(script) : checked
}

const signatures = () => run('wipefs', '-n', '--noheadings', '-O', 'TYPE', disk.path).split(/\s+/).toSorted()

describe('a blank disk', () => {
  it('gets metadata, and then all is in sync', () => {
    expect(apply(diff())).toMatchObject({ code: 0 })
    expect(signatures()).toEqual(['drbd'])
    expect(diff()).toEqual({ kind: 'in-sync' })
    expect(diff(consent)).toEqual({ kind: 'in-sync' })
  })

  it('is not touched when somebody else was faster', () => {
    const planned = diff()
    run('mkswap', disk.path)
    const { code, output } = apply(planned)
    expect(code).not.toBe(0)
    expect(output).toContain('swap')
    expect(signatures()).toEqual(['swap'])
  })

  it.each(['mv -f', 'drbdadm create-md', 'uuid='])(
    'converges after a run that was cut behind `%s`',
    words => {
      const lines = scriptOf(diff()).script.split('\n')
      const end = lines.findIndex(line => line.startsWith(words))
      expect(end).toBeGreaterThan(0)
      expect(inside(lines.slice(0, end + 1).join('\n')).code).toBe(0)
      expect(apply(diff())).toMatchObject({ code: 0 })
      expect(diff()).toEqual({ kind: 'in-sync' })
    },
  )
})

describe('what is there', () => {
  const uuid = '60da8881-e030-41d9-94e6-53ecb70aae18'
  const ext4 = (size: string) => run('mke2fs', '-q', '-t', 'ext4', '-U', uuid, disk.path, size)
  const foreign = () =>
    expect(inside(`drbdmeta 0 v08 ${disk.path} internal create-md`)).toMatchObject({ code: 0 })

  it.each<[string, () => void]>([
    ['file-system', () => ext4('32M')],
    ['file-system', () => ext4('16M')],
    ['foreign-metadata', foreign],
    [
      'hidden-file-system',
      () => {
        foreign()
        ext4('16M')
      },
    ],
    ['signature', () => run('mkswap', disk.path)],
    ['not-blank', () => run('dd', 'if=/dev/urandom', `of=${disk.path}`, 'bs=1M', 'count=1', 'conv=fsync')],
  ])('%s: refused, and with consent saved and given up', (id, prepare) => {
    prepare()
    const before = signatures()
    expect(diff()).toMatchObject({ kind: 'refusal', id })
    expect(diff(['data@m2'])).toMatchObject({ kind: 'refusal', id })
    expect(signatures()).toEqual(before)
    const given = apply(diff(consent))
    expect(given.output).toContain('what was there is saved in /var/lib/nfsha/signatures/data-')
    expect(given.code).toBe(0)
    expect(signatures()).toEqual(['drbd'])
    expect(diff()).toEqual({ kind: 'in-sync' })
  })

  it('can be had back from what was saved, but for what the metadata cover', () => {
    ext4('16M')
    apply(diff(consent))
    inside(`dd if="$(echo /var/lib/nfsha/signatures/data-*/first-mib)" of=${disk.path} conv=notrunc,fsync`)
    expect(run('blkid', '-p', '-n', 'ext4', '-o', 'value', '-s', 'UUID', disk.path)).toBe(uuid)
    expect(run('e2fsck', '-fn', disk.path)).toContain('files')
  })
})
