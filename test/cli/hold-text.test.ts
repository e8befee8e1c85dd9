import { expect, test } from 'vitest'
import { holdText } from '../../src/cli/hold-text.ts'

const io = { user: 'ada', host: 'desk', now: () => new Date('2025-01-02T03:04:05Z') }

test.each([
  [undefined, 'by ada@desk since 2025-01-02T03:04:05.000Z'],
  ['  ', 'by ada@desk since 2025-01-02T03:04:05.000Z'],
  [' new\nmemory ', 'by ada@desk since 2025-01-02T03:04:05.000Z: new memory'],
])('the marker says who, when and why, in one line: %j', (reason, text) => {
  expect(holdText(io, reason)).toBe(text)
})

test('a reason of pages is 64', () => {
  expect(() => holdText(io, 'ä'.repeat(251))).toThrow(expect.objectContaining({ code: 'usage' }))
})
