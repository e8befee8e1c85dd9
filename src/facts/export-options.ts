/*
 * exports(5)' options in one spelling, so that what a file asks for and what exportfs(8) shows can
 * be compared: `exportfs -s` prints most defaults, and leaves out those that the kernel lacks.
 */

const defaults: ReadonlySet<string> = new Set([
  'ro',
  'sync',
  'wdelay',
  'hide',
  'nocrossmnt',
  'secure',
  'secure_locks',
  'auth_nlm',
  'root_squash',
  'no_all_squash',
  'no_subtree_check',
  'acl',
  'no_pnfs',
  'sec=sys',
  'anonuid=65534',
  'anongid=65534',
])

const spellings: readonly (readonly [RegExp, string])[] = [
  [/^mp(?==|$)/, 'mountpoint'],
  [/^no_auth_nlm$/, 'insecure_locks'],
  [/^fsid=root$/, 'fsid=0'],
]

/** The options that differ from exports(5)' defaults, aliases resolved, sorted, each once. */
export function canonicalOptions(text: string): readonly string[] {
  const given = text
    .split(',')
    .map(option => option.trim())
    .filter(option => option !== '')
    .map(option => spellings.reduce((word, [alias, name]) => word.replace(alias, name), option))
    .map(option => (option.startsWith('fsid=') ? option.toLowerCase() : option))
  return [...new Set(given)].filter(option => !defaults.has(option)).toSorted()
}

/** A path in which any byte may be spelled as a backslash and three octal digits: exports(5), proc(5). */
export function unescapePath(path: string): string {
  return path.replaceAll(/(?:\\[0-7]{3})+/g, run => {
    const bytes = run.split('\\').slice(1)
    return new TextDecoder().decode(Uint8Array.from(bytes, octal => Number.parseInt(octal, 8)))
  })
}
