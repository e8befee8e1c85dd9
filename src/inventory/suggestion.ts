import { closest } from 'fastest-levenshtein'

/** "did you mean", or what there is. */
export function suggestion(word: string, known: readonly string[]): string {
  return known.length === 0
    ? 'there are none'
    : `did you mean "${closest(word, known)}"? There are: ${known.join(', ')}`
}
