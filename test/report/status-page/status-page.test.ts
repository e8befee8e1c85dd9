import { expect, test } from 'vitest'
import { statusPage } from '../../../src/report/status-page/status-page.ts'
import { healthy, peerDown, splitBrain } from './sample.ts'

const takenAt = '2026-11-20T16:00:00.000Z'

test.each(Object.entries({ healthy, peerDown, splitBrain }))(
  '%s says its verdict, its time and what next',
  (_, status) => {
    const page = statusPage(status, { takenAt })
    expect(page).toContain(status.verdict)
    expect(page).toContain('2026-11-20 16:00:00 UTC')
    expect(page.includes('<strong>Next:</strong>')).toBe(status.next !== undefined)
    expect(page).not.toMatch(/undefined|NaN|\[object|<script/)
    expect(statusPage(status, { takenAt })).toBe(page)
  },
)

test('shows commands as such, and concerns with their fixes', () => {
  expect(statusPage(splitBrain, { takenAt })).toContain('<code>nfsha split-brain show</code>')
  expect(statusPage(peerDown, { takenAt })).toContain('fix: reach m2, or its console')
})

test('takes a host’s words for words', () => {
  const page = statusPage({ ...healthy, reason: '<img src=x onerror=alert(1)>' }, { takenAt })
  expect(page).not.toContain('<img')
})
