import type { SecretText } from '../core/secret.ts'
import { blockMarkers } from '../facts/markers.ts'

/** A file's text around our block: `before` ends and `after` begins at a line. */
export interface BlockSplit {
  readonly before: string
  readonly after: string
}

/**
 * Splits a file around our block; a file without one gets it at its end. Undefined when the markers
 * are not one pair in order: then nobody knows which lines are ours.
 */
export function splitAtBlock(text: string, clusterName: string): BlockSplit | undefined {
  const { begin, end } = blockMarkers(clusterName)
  const lines = text.split(/(?<=\n)/)
  const placesOf = (marker: string) => lines.flatMap((line, index) => (line.trim() === marker ? [index] : []))
  const [first, ...moreBegins] = placesOf(begin)
  const [last, ...moreEnds] = placesOf(end)
  if (first === undefined && last === undefined)
    return { before: text === '' || text.endsWith('\n') ? text : `${text}\n`, after: '' }
  if (first === undefined || last === undefined || last < first) return undefined
  if (moreBegins.length > 0 || moreEnds.length > 0) return undefined
  return { before: lines.slice(0, first).join(''), after: lines.slice(last + 1).join('') }
}

/** The whole file with our block in its place. */
export function joinBlock(split: BlockSplit, block: SecretText, clusterName: string): SecretText {
  const { begin, end } = blockMarkers(clusterName)
  const lastPart = block.at(-1)
  const lineEnd = typeof lastPart === 'string' && lastPart.endsWith('\n') ? '' : '\n'
  return [`${split.before}${begin}\n`, ...block, `${lineEnd}${end}\n${split.after}`]
}
