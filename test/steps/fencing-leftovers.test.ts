import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Cluster } from '../../src/core/cluster.ts'
import { present, unknown } from '../../src/core/fact.ts'
import { fencingFiles } from '../../src/facts/fencing-files.ts'
import fencingLeftovers from '../../src/steps/fencing-leftovers.ts'
import { loadExample } from '../fixtures/cluster.ts'
import { known, plan } from './ha-fixture.ts'
import { changeOf } from './os-harness.ts'

const none = (await loadExample('lab')).cluster
const witness = (await loadExample('lab-witness')).cluster
const stonith = (await loadExample('lab-fencing')).cluster

const handler = '/etc/drbd.d/nfsha-fence-peer'
const plugin = '/usr/lib/stonith/plugins/external/nfsha'
const device = '/etc/ha.d/stonith-device-1'
const second = '/etc/ha.d/stonith-device-2'

const diffOf = (cluster: Cluster, files: readonly string[]) => {
  const diff = plan(fencingLeftovers, { m1: [known(fencingFiles(cluster), present(files))] }, cluster).m1
  if (diff === undefined) throw new TypeError('m1 has a diff')
  return diff
}

describe('fencing-leftovers', () => {
  it.each<[string, Cluster, readonly string[], readonly string[]]>([
    ['from STONITH to none', none, [handler, device, second, plugin], [device, second, plugin]],
    ['from STONITH to a witness', witness, [handler, device, plugin], [device, plugin]],
    ['from two devices to one', stonith, [handler, device, second, plugin], [second]],
  ])('%s: what is not named any more goes', (_, cluster, found, gone) => {
    const { actions, symbol } = changeOf(diffOf(cluster, found))
    expect(symbol).toBe('-')
    const titles = actions.map(action => (action.kind === 'script' ? action.title : ''))
    expect(titles.filter(title => !title.includes(handler))).toEqual(gone.map(path => `remove ${path}`))
  })

  it.each<[string, Cluster, readonly string[]]>([
    ['a witness', witness, [handler]],
    ['STONITH', stonith, [handler, device, plugin]],
  ])('leaves what %s needs', (_, cluster, found) => {
    expect(diffOf(cluster, found)).toEqual({ kind: 'in-sync' })
  })

  it('takes the earlier versions of a file with it', () => {
    const [action] = changeOf(diffOf(none, [device])).actions
    const script = `rm -f ${device} /var/lib/nfsha/previous${device}.*`
    expect(action).toMatchObject({ kind: 'script', script })
  })

  it('is refused where it could not look', () => {
    const said = { m1: [known(fencingFiles(none), unknown('EIO'))] }
    expect(plan(fencingLeftovers, said, none).m1).toMatchObject({ kind: 'refusal', id: 'unknown-file' })
  })
})

describe('the scripts on a node', () => {
  const root = mkdtempSync(join(tmpdir(), 'nfsha-fencing-'))
  const [haDir, drbdDir, stonithDir] = ['ha.d', 'drbd.d', 'external'].map(name => join(root, name))
  const paths = {
    ...none.platform.paths,
    haDir: haDir ?? '',
    drbdDir: drbdDir ?? '',
    stonithDir: stonithDir ?? '',
  }
  const here = { ...none, platform: { ...none.platform, paths } }
  const ours = '# Managed by nfsha: cluster lab, template etc/ha.d/stonith-device.\n'
  const sh = (input: string) => spawnSync('dash', { input, encoding: 'utf8' })

  it('nothing is there, not even the directories: proven absent', () => {
    expect(sh(fencingFiles(here).script)).toMatchObject({ status: 3, stdout: '' })
  })

  it('finds ours by their header, and removes them only while they are', () => {
    for (const path of [paths.haDir, paths.drbdDir, paths.stonithDir]) mkdirSync(path)
    writeFileSync(join(paths.haDir, 'stonith-device-2'), ours)
    writeFileSync(join(paths.haDir, 'stonith-device-old'), 'somebody else wrote this\n')
    writeFileSync(join(paths.stonithDir, 'nfsha'), `#!/bin/sh\n${ours}`)
    const said = sh(fencingFiles(here).script)
    const found = fencingFiles(here).parse({ stdout: said.stdout, exitCode: said.status ?? -1 })
    const files = [join(paths.stonithDir, 'nfsha'), join(paths.haDir, 'stonith-device-2')]
    expect(found).toEqual(present(files))
    for (const action of changeOf(diffOf(here, files)).actions) {
      const script = action.kind === 'script' ? action.script : ''
      for (const input of [fencingFiles(here).script, script, action.guard?.script ?? ''])
        expect(spawnSync('shellcheck', ['-s', 'sh', '-'], { input, encoding: 'utf8' }).stdout).toBe('')
      expect(sh(action.guard?.script ?? 'false').status).toBe(0)
      sh(script)
    }
    expect(readdirSync(paths.stonithDir)).toEqual([])
    expect(readdirSync(paths.haDir)).toEqual(['stonith-device-old'])
    expect(sh(fencingFiles(here).script).status).toBe(3)
  })
})
