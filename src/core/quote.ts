/**
 * Quotes one word for POSIX sh: the same word comes out of the shell, whatever is in it.
 * Words of harmless characters stay as they are, so that plans read as a person would type them.
 */
export function quote(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word
  return `'${word.replaceAll("'", `'\\''`)}'`
}

/** One command line of an argument vector, each word quoted. */
export function quoteArgv(argv: readonly string[]): string {
  return argv.map(quote).join(' ')
}
