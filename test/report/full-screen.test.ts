import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { fullScreen, picture } from '../../src/report/full-screen.ts'

const linesOf = (text: string) => stripVTControlCharacters(text).split('\r\n')

describe('a picture', () => {
  test('fills the terminal exactly, with the foot in its last line', () => {
    const lines = linesOf(picture('one\ntwo', 'foot', 80, 24))
    expect(lines).toHaveLength(24)
    expect(lines.slice(0, 3)).toEqual(['one', 'two', ''])
    expect(lines.at(-1)).toBe('foot')
  })

  test('never wraps nor scrolls: long lines and long texts are cut, and said to be', () => {
    const text = Array.from({ length: 40 }, (_, i) => `${i} ${'x'.repeat(200)}`).join('\n')
    const lines = linesOf(picture(text, 'foot', 80, 24))
    expect(lines).toHaveLength(24)
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(80)
    expect(lines.at(-1)).toBe('… 18 more lines: enlarge the terminal. foot')
  })

  test('cuts by what is seen, not by the bytes of colours', () => {
    const coloured = `\u001b[31m${'x'.repeat(100)}\u001b[39m`
    expect(linesOf(picture(coloured, '', 10, 5))[0]).toBe(`${'x'.repeat(9)}…`)
  })
})

test('a full screen hides the cursor on the other screen, and gives all back', () => {
  let written = ''
  const screen = fullScreen({ columns: 20, rows: 5, write: text => (written += text) })
  screen.draw('hello', 'foot')
  expect(written.startsWith('\u001b[?1049h\u001b[?25l')).toBe(true)
  expect(written).not.toContain('\u001b[2J')
  screen.close()
  expect(written.endsWith('\u001b[?25h\u001b[?1049l')).toBe(true)
})
