import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import {
  awkValue,
  drbdTarget,
  etabField,
  exportsField,
  fitsHaresources,
  mountsField,
  prometheusLabel,
  regexLiteral,
  specifierSafe,
  unitPath,
  unitWord,
} from '../../src/core/spelling.ts'
import { unescapePath } from '../../src/facts/export-options.ts'
import { path, volumeName } from '../../src/inventory/scalars.ts'
import { acceptedNames, acceptedPaths } from '../fixtures/names.ts'

/* Each spelling is told to the program whose it is, which must give the name back. */

const directory = mkdtempSync(join(tmpdir(), 'nfsha-spelling-'))
afterAll(() => rmSync(directory, { recursive: true }))

const tell = (command: string, args: readonly string[], input = '') =>
  execFileSync(command, args, {
    encoding: 'utf8',
    input,
    stdio: 'pipe',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  })
const lines = (text: string) => text.split('\n').filter(line => line !== '')

const many = { minLength: 10, maxLength: 30 }
const names = acceptedNames(volumeName, many)
const paths = acceptedPaths(path, many)
const few = { numRuns: 8 }

describe('a unit', () => {
  it.each([
    ['data', 'drbd@data.target'],
    ['nfs-data', 'drbd@nfs\\x2ddata.target'],
    ['Disk.on_2', 'drbd@Disk.on_2.target'],
  ])('of %s', (name, unit) => {
    expect(drbdTarget(name)).toBe(unit)
  })

  it('is as systemd-escape makes it, and leads back to the name', () => {
    fc.assert(
      fc.property(names, given => {
        const escaped = lines(
          tell('systemd-escape', ['--template=drbd@.target', '--', ...given]).replaceAll(' ', '\n'),
        )
        expect(given.map(drbdTarget)).toEqual(escaped)
        const back = tell('systemd-escape', ['--unescape', '--', ...given.map(unitWord)])
        expect(back.trimEnd().split(' ')).toEqual(given)
      }),
      few,
    )
  })

  it('of a path is as systemd-escape makes it', () => {
    fc.assert(
      fc.property(paths, given => {
        const escaped = tell('systemd-escape', ['--path', '--', ...given])
          .trimEnd()
          .split(' ')
        expect(given.map(unitPath)).toEqual(escaped)
      }),
      few,
    )
  })

  it('may ask for a path in a condition', () => {
    fc.assert(
      fc.property(acceptedPaths(path, { minLength: 3, maxLength: 6 }), given => {
        const made = given.map(each => join(directory, 'condition', each))
        for (const each of made) mkdirSync(each, { recursive: true })
        tell('systemd-analyze', [
          'condition',
          ...made.map(each => `ConditionPathIsDirectory=${specifierSafe(each)}`),
        ])
      }),
      few,
    )
  })
})

describe('a path', () => {
  it('in fstab is what libmount reads', () => {
    const file = join(directory, 'fstab')
    fc.assert(
      fc.property(paths, given => {
        writeFileSync(
          file,
          given.map(each => `${mountsField(`10.0.0.1:${each}`)} ${mountsField(each)} nfs rw 0 0\n`).join(''),
        )
        const told: unknown = JSON.parse(
          tell('findmnt', ['--tab-file', file, '--list', '--json', '-o', 'SOURCE,TARGET']),
        )
        expect(told).toEqual({
          filesystems: given.map(each => ({ source: `10.0.0.1:${each}`, target: each })),
        })
      }),
      few,
    )
  })

  it('is what our own readers of exports, etab and mountinfo make of it', () => {
    fc.assert(
      fc.property(paths, given => {
        for (const spell of [exportsField, etabField, mountsField])
          for (const each of given) {
            expect(spell(each)).not.toMatch(/\s/)
            expect(unescapePath(spell(each))).toBe(each)
          }
      }),
    )
  })

  it('in awk is what was given', () => {
    fc.assert(
      fc.property(acceptedPaths(path, { minLength: 1, maxLength: 1 }), ([each = '']) => {
        const field = mountsField(each)
        expect(tell('awk', ['-v', `path=${awkValue(field)}`, 'BEGIN { printf "%s", path }'])).toBe(field)
      }),
      few,
    )
  })
})

describe('a name', () => {
  it('as a regular expression matches itself alone', () => {
    fc.assert(
      fc.property(names, given => {
        for (const each of given.slice(0, 3))
          expect(lines(tell('grep', ['-xE', '--', regexLiteral(each)], given.join('\n')))).toEqual([each])
      }),
      few,
    )
  })

  it('as a label of Prometheus comes back', () => {
    const told = ['/mnt/a b', '/mnt/größe', 'a\\b', 'a"b', 'a\nb', 'nfs-data']
    const text = `# TYPE m gauge\n${told.map((each, at) => `m{at="${at}",path="${prometheusLabel(each)}"} 1 1\n`).join('')}# EOF\n`
    const file = join(directory, 'metrics')
    writeFileSync(file, text)
    mkdirSync(join(directory, 'tsdb', 'wal'), { recursive: true })
    tell('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file, join(directory, 'tsdb')])
    const dump = lines(tell('promtool', ['tsdb', 'dump', join(directory, 'tsdb')]))
    const back = dump.map(line => JSON.parse(/path=("(?:[^"\\]|\\.)*")/.exec(line)?.[1] ?? '""') as string)
    expect(back.toSorted()).toEqual(told.toSorted())
  })
})

it.each([
  ['/srv/nfsha', true],
  ['rw,noatime', true],
  ['/srv/a:b', true],
  ['/srv/a::b', false],
  ['/srv/a:', false],
  ['/srv/a b', false],
  ['/srv/#a', false],
  ['a*', false],
])('whether haresources takes %s: %s', (word, fits) => {
  expect(fitsHaresources(word)).toBe(fits)
})
