import { describe, expect, it } from 'vitest'
import type { Diff } from '../../src/core/diff.ts'
import { present } from '../../src/core/fact.ts'
import { ownedFile } from '../../src/steps/_file-diff.ts'
import hosts from '../../src/steps/hosts.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { bareHosts, rootFile } from '../fixtures/os-facts.ts'
import { known, m1 } from './ha-fixture.ts'
import { changeOf, diffOn, example } from './os-harness.ts'

describe('hosts', () => {
  const contentAfter = (diff: Diff) => {
    const [action] = changeOf(diff).actions
    return action?.kind === 'put' ? action.content.join('') : ''
  }
  const found = (content: string, more = {}) =>
    known(ownedFile(example, '/etc/hosts'), present({ ...rootFile, content, version: 'v1', ...more }))

  it('keeps the lines of the administrator', () => {
    const content = contentAfter(diffOn(hosts, 'blank'))
    expect(content.startsWith(`${bareHosts}# BEGIN nfsha ${example.name}\n`)).toBe(true)
    expect(content).toContain(m1)
    expect(content.endsWith(`# END nfsha ${example.name}\n`)).toBe(true)
  })

  it('replaces its own block where it stands', () => {
    const old = `first\n# BEGIN nfsha ${example.name}\nold\n# END nfsha ${example.name}\nlast\n`
    const content = contentAfter(diffOn(hosts, 'blank', [found(old)]))
    expect(content).toMatch(/^first\n# BEGIN nfsha [\s\S]*# END nfsha .*\nlast\n$/)
    expect(content).not.toContain('old')
  })

  it('keeps mode and owner, and minds a missing last line end', () => {
    const diff = diffOn(hosts, 'blank', [found('127.0.0.1 localhost', { mode: '0640', owner: 'root:adm' })])
    expect(changeOf(diff).actions).toEqual([
      expect.objectContaining({ kind: 'put', mode: '0640', owner: 'root:adm' }),
    ])
    expect(contentAfter(diff)).toMatch(/^127\.0\.0\.1 localhost\n# BEGIN/)
  })

  it.each([
    ['no end', `# BEGIN nfsha ${example.name}\n`],
    ['no beginning', `# END nfsha ${example.name}\n`],
    ['two', `# BEGIN nfsha ${example.name}\n# END nfsha ${example.name}\n`.repeat(2)],
    ['the wrong order', `# END nfsha ${example.name}\n# BEGIN nfsha ${example.name}\n`],
  ])('refuses markers with %s', (_, content) => {
    expect(diffOn(hosts, 'blank', [found(content)])).toMatchObject({ kind: 'refusal', id: 'broken-block' })
  })

  it('refuses a symbolic link', () => {
    const link = { kind: 'symlink', mode: '0777', owner: 'root:root', target: '/run/hosts' } as const
    const changed = [known(ownedFile(example, '/etc/hosts'), present(link))]
    expect(diffOn(hosts, 'blank', changed)).toMatchObject({
      kind: 'refusal',
      id: 'not-a-file',
      reason: '/etc/hosts is a symlink to /run/hosts, not a file',
    })
  })

  it('writes nothing when switched off', () => {
    expect(diffOn(hosts, 'blank', [], exampleCluster({ hostsEntries: [] }))).toEqual({ kind: 'in-sync' })
  })
})
