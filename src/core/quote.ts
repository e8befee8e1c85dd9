/** Reserved words of sh (POSIX, 2.4) and of bash, of letters only. */
const reserved: ReadonlySet<string> = new Set(
  'case coproc do done elif else esac fi for function if in select then time until while'.split(' '),
)

/**
 * Quotes one word for POSIX sh: the same word comes out of the shell, whatever is in it.
 * Words of harmless characters stay as they are, so that plans read as a person would type them, but for
 * those that mean something to the shell itself: `esac` would end the `case` in which it is a pattern.
 */
export function quote(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) && !reserved.has(word)) return word
  return `'${word.replaceAll("'", `'\\''`)}'`
}

/** One command line of an argument vector, each word quoted. */
export function quoteArgv(argv: readonly string[]): string {
  return argv.map(quote).join(' ')
}
