import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ownDirectories, unsoundDirectories } from '../../src/facts/own-directories.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { answer } from './answer.ts'
import { runProbe } from './run-probe.ts'

const cluster = exampleCluster()
const probe = unsoundDirectories(cluster)
const root = 'directory|0755|root:root|/\n'

describe('directories on the way to files of ours', () => {
  it.each([
    ['nobody can read', 'directory|0000|root:root|/etc/ha.d', true],
    ["heartbeat's own user cannot search", 'directory|0700|root:root|/etc/ha.d/resource.d', true],
    ['everybody may write to', 'directory|0777|root:root|/usr/local/sbin', true],
    ["is another's", 'directory|0755|ada:root|/etc/drbd.d', true],
    ['is a file', 'regular file|0644|root:root|/etc/exports.d', true],
    ['is for root alone', 'directory|0700|root:root|/etc/nfsha', false],
    ['its group may write to', 'directory|2775|root:staff|/usr/local/sbin', false],
    ['everybody may write to, with the sticky bit', 'directory|1777|root:root|/var', false],
    ['is not there', "stat: cannot statx '/etc/nfsha': No such file or directory", false],
  ])('one that %s', (_, line, isUnsound) => {
    const fact = answer(probe, `${root}${line}\n`)
    expect(fact.state === 'present' && fact.value.length > 0).toBe(isUnsound)
    expect(fact.state).toBe('present')
  })

  it.each([
    ['nothing', ''],
    ['an error', `${root}stat: cannot statx '/etc': Input/output error\n`],
  ])('are unknown after %s', (_, stdout) => {
    expect(answer(probe, stdout)).toMatchObject({ state: 'unknown' })
  })

  it('are read on this machine', () => {
    expect(runProbe(probe, 'dash')).toMatchObject({ state: 'present' })
  })

  it.each(['lab', 'lab-fencing', 'm1-m2', 'article-001-faithful'])(
    'are all that the files of %s lie in',
    name => {
      const golden = join(import.meta.dirname, '..', 'golden', name)
      const [node = ''] = readdirSync(golden)
      const files = readdirSync(join(golden, node), { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name).slice(join(golden, node).length))
        .filter(path => /^\/(etc|usr)\//.test(path))
      const known = new Set(ownDirectories(cluster))
      expect(files.length).toBeGreaterThan(5)
      expect([...new Set(files.map(path => dirname(path)))].filter(path => !known.has(path))).toEqual([])
    },
  )
})
