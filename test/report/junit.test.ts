import { expect, test } from 'vitest'
import { junit } from '../../src/report/junit.ts'

test('counts, and says why', () => {
  const xml = junit('nfsha check lab', [
    { className: 'm1', name: 'links', output: 'em1 is up' },
    { className: 'm2', name: 'disk', failure: '/dev/vdb is missing' },
    { className: 'm2', name: 'clock', skipped: 'could not be read' },
    { className: 'm2', name: 'names' },
  ])
  expect(xml).toContain('<testsuites tests="4" failures="1" skipped="1" errors="0">')
  expect(xml).toContain(
    '<testcase classname="m2" name="disk"><failure message="/dev/vdb is missing"/></testcase>',
  )
  expect(xml).toContain('<skipped message="could not be read"/>')
  expect(xml).toContain('<testcase classname="m2" name="names"/>')
})

test('writes any text so that XML can carry it', () => {
  const bell = String.fromCharCode(7)
  const xml = junit('a&b', [{ className: '"q"', name: `<x>${bell}`, failure: 'one\ntwo' }])
  expect(xml).toContain('name="a&amp;b"')
  expect(xml).toContain('classname="&quot;q&quot;" name="&lt;x&gt;\u{fffd}"')
  expect(xml).toContain('message="one&#10;two"')
})
