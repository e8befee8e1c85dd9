import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinBlock, splitAtBlock } from '../../src/steps/_block.ts'

/** Texts of lines that are none of our markers. */
const text = fc
  .array(fc.string({ maxLength: 12 }).filter(line => !line.includes('\n')))
  .map(lines => lines.map(line => `${line}\n`).join(''))

function put(whole: string, block: string): string {
  const split = splitAtBlock(whole, 'c1')
  if (split === undefined) throw new TypeError('the markers are broken')
  return joinBlock(split, [block], 'c1').join('')
}

describe('a block', () => {
  it('leaves all other lines as they are, wherever it stands', () => {
    fc.assert(
      fc.property(text, text, text, text, (before, after, old, block) => {
        const whole = joinBlock({ before, after }, [old], 'c1').join('')
        expect(put(whole, block)).toBe(joinBlock({ before, after }, [block], 'c1').join(''))
      }),
    )
  })

  it('is put once, however often', () => {
    fc.assert(
      fc.property(fc.string(), text, (whole, block) => {
        const once = put(whole.replaceAll('nfsha', ''), block)
        expect(put(once, block)).toBe(once)
      }),
    )
  })

  it('of another cluster is not ours', () => {
    const other = joinBlock({ before: '', after: '' }, ['theirs\n'], 'c2').join('')
    expect(put(other, 'ours\n')).toBe(`${other}# BEGIN nfsha c1\nours\n# END nfsha c1\n`)
  })
})
