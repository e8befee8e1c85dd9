import { stripVTControlCharacters } from 'node:util'

/** Text broken at spaces so that no line is longer than `width`, unless a word is. */
export function wrapText(text: string, width: number): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter(each => each !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].join('\n')
}

/** Where lines end: a terminal breaks those that are too long inside a word. */
export interface Width {
  readonly isTTY?: boolean
  readonly columns?: number
}

/**
 * Text as a terminal shows it whole: what is too long for a line is broken at spaces, what `code` quotes stays
 * together, and the rest stands under the line's last column. Elsewhere nothing is broken.
 */
export function fitText(text: string, { isTTY, columns }: Width): string {
  if (isTTY !== true || columns === undefined || columns === 0) return text
  return text
    .split('\n')
    .map(line => fitLine(line, columns))
    .join('\n')
}

/** A last column narrower than this is no place to go on. */
const leastRoom = 24

function fitLine(line: string, width: number): string {
  const bare = stripVTControlCharacters(line)
  if (bare.length <= width) return line
  const lead = /^ */.exec(bare)?.[0].length ?? 0
  const column = Math.max(
    lead + 2,
    ...[...bare.matchAll(/\S {2,}(?=\S)/g)].map(gap => gap.index + gap[0].length),
  )
  const hang = ' '.repeat(column <= width - leastRoom ? column : lead + 2)
  let fitted = ''
  let room = width
  for (const [, gap = '', word = ''] of line.matchAll(/(\s*)((?:`[^`]*`|\S)+)/g)) {
    const size = stripVTControlCharacters(word).length
    const isBroken = fitted !== '' && gap.length + size > room
    fitted += `${isBroken ? `\n${hang}` : gap}${word}`
    room = (isBroken ? width - hang.length : room - gap.length) - size
  }
  return fitted
}
