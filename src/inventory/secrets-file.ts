/** Keys and values of a secrets file: `key=value` a line, `#` begins a comment line; the value is all the rest. */
export function parseSecretsFile(text: string): ReadonlyMap<string, string> {
  const entries = text.split(/\r?\n/).flatMap((line): readonly (readonly [string, string])[] => {
    const match = /^\s*([A-Za-z0-9_.-]+)\s*=\s*(.*?)\s*$/.exec(line)
    return match?.[1] === undefined || match[2] === undefined ? [] : [[match[1], match[2]]]
  })
  return new Map(entries)
}
