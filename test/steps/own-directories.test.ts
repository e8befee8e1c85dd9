import { describe, expect, it } from 'vitest'
import { present, unknown } from '../../src/core/fact.ts'
import { type UnsoundDirectory, unsoundDirectories } from '../../src/facts/own-directories.ts'
import ownDirectories from '../../src/steps/own-directories.ts'
import { known } from './ha-fixture.ts'
import { changeOf, commands, diffOn, example } from './os-harness.ts'

const found = (...directories: readonly UnsoundDirectory[]) =>
  diffOn(ownDirectories, 'deployed', [known(unsoundDirectories(example), present(directories))])
const shut = { path: '/etc/ha.d', kind: 'directory', mode: '0000', owner: 'root:root' }

describe('own-directories', () => {
  it('leaves sound ones alone', () => {
    expect(found()).toEqual({ kind: 'in-sync' })
  })

  it("mends modes and owners, and keeps others out of what is root's alone", () => {
    const diff = found(shut, { ...shut, path: '/etc/nfsha', mode: '0777', owner: 'ada:root' })
    expect(commands(diff)).toEqual([
      'chown root /etc/nfsha',
      'chmod u=rwx,go=rx /etc/ha.d',
      'chmod u=rwx,o-w /etc/nfsha',
    ])
    expect(changeOf(diff)).toMatchObject({
      risk: 'safe',
      summary: 'mend the mode or owner of /etc/ha.d /etc/nfsha',
      display: [
        { kind: 'lines', lines: [expect.stringContaining('0000'), expect.stringContaining("ada:root's")] },
      ],
    })
  })

  it('refuses what is no directory, and what it could not read', () => {
    expect(found({ ...shut, kind: 'regular file' })).toMatchObject({
      kind: 'refusal',
      id: 'not-a-directory',
      reason: expect.stringContaining('/etc/ha.d is a regular file'),
      hint: expect.stringContaining('move it away'),
    })
    const fact = known(unsoundDirectories(example), unknown('Input/output error'))
    expect(diffOn(ownDirectories, 'deployed', [fact])).toMatchObject({
      kind: 'refusal',
      id: 'unknown-own-directories',
      hint: expect.stringContaining('namei -l'),
    })
  })
})
