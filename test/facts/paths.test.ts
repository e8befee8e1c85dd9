import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Probe } from '../../src/core/probe.ts'
import { type FileFact, file } from '../../src/facts/file.ts'
import { isPlainPath, maxFileBytes, pathsTogether } from '../../src/facts/paths.ts'
import { together } from './run-probe.ts'

let directory = ''

beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'nfsha-paths-')))
  const put = (name: string, text: string | Buffer) => writeFileSync(`${directory}/${name}`, text)
  put('text', 'größe\n---\n|regular file|0644|root:root|3|/x\n')
  put('empty', '')
  put('unended', 'a\n\nb')
  put('latin', Buffer.from([0xe4, 0x0a]))
  put('large', '')
  truncateSync(`${directory}/large`, maxFileBytes + 1)
  mkdirSync(`${directory}/folder`)
  symlinkSync('some where', `${directory}/link`)
  symlinkSync('---', `${directory}/odd-link`)
})
afterAll(() => rmSync(directory, { recursive: true }))

const names = [
  'text',
  'gone',
  'link',
  'empty',
  'latin',
  'text/below',
  'folder',
  'large',
  'odd-link',
  'unended',
]

/** A question that is asked together with others, though its path is not one of the system. */
function asked(name: string): Probe<FileFact> {
  const about = `${directory}/${name}`
  return { ...file(about), joint: { how: pathsTogether, about } }
}

describe('paths that are asked together', () => {
  it.each(['dash', 'bash'])('have the answers that each has alone, through %s', async shell => {
    const { joint, alone } = await together(names.map(asked), shell)
    expect(joint).toEqual(alone)
  })

  it.each(['gone', 'empty', 'link'])('are known if all are as %s is', async name => {
    const { joint, alone } = await together([asked(name), asked(`${name}er`)])
    expect(joint).toEqual(alone)
  })

  it('are of the system, and plainly spelled', () => {
    expect(['/etc/a-b.c', '/usr/local/sbin/x', '/var/lib/nfsha/x'].every(isPlainPath)).toBe(true)
    expect(file('/etc/hosts').joint?.how).toBe(pathsTogether)
    expect(file('/etc/a b').joint).toBeUndefined()
    expect(['/srv/x', '/etc/a b', "/etc/it's", '/mnt', '/etc/'].some(isPlainPath)).toBe(false)
  })

  it('are not known where one was written meanwhile', () => {
    const table = '|regular file|0644|root:root|3|/etc/a\n---\n'
    expect(pathsTogether.split(`${table}abc`, ['/etc/a'])).toHaveLength(1)
    for (const text of ['ab', 'abcd'])
      expect(() => pathsTogether.split(`${table}${text}`, ['/etc/a'])).toThrow('changed while it was read')
  })

  it('is not known where it came or went meanwhile', () => {
    const [answer] = pathsTogether.split('\n---\n', ['/etc/a'])
    expect(answer).toEqual({ stdout: '/etc/a came or went meanwhile', exitCode: 1 })
  })

  it('are not known where the table is cut', () => {
    expect(() => pathsTogether.split('|regular file|06', ['/etc/a'])).toThrow('cut short')
  })
})
