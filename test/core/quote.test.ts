import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quote, quoteArgv } from '../../src/core/quote.ts'

test.each([
  ['plain', 'plain'],
  ['/dev/vdb', '/dev/vdb'],
  ['', "''"],
  ['a b', "'a b'"],
  ["it's", "'it'\\''s'"],
  ['$(id)', "'$(id)'"],
  ['~', "'~'"],
  ['-n', '-n'],
  ['esac', "'esac'"],
  ['esac.1', 'esac.1'],
])('quotes %j as %s', (word, quoted) => {
  expect(quote(word)).toBe(quoted)
})

test.each(['sh', 'bash'])('a reserved word is a word of a list of patterns, in %s', shell => {
  const words = ['esac', 'in', 'do', 'done', 'case', 'fi', 'then', 'function', 'time', 'coproc', 'data']
  const patterns = words.map(word => `${quote(word)}) echo ${quote(word)} ;;`).join('\n')
  const script = `for word in ${quoteArgv(words)}; do case $word in\n${patterns}\nesac; done`
  expect(execFileSync(shell, ['-c', script], { encoding: 'utf8' }).trim().split('\n')).toEqual(words)
})

test('whatever the words are, the shell gives them back', () => {
  const word = fc.string({ unit: 'grapheme' }).filter(text => !text.includes('\0'))
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), words => {
      const script = `for word in ${quoteArgv(words)}; do printf '%s\\0' "$word"; done`
      expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(words.map(w => `${w}\0`).join(''))
    }),
    { numRuns: 60 },
  )
})
