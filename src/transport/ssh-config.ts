import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, isAbsolute, join } from 'node:path'
import SSHConfig from 'ssh-config'

/** How deep Include may nest; ssh_config(5) says 16. */
const maxDepth = 16

/** What ssh_config(5) says for one host: values by lower-case keyword, lists where several may stand. */
export type ConfigValues = Readonly<Record<string, string | readonly string[]>>

/** Reads the configuration files in their order (the first value found counts) with their Includes. */
export function readSshConfig(files: readonly string[], home: string): SSHConfig {
  // Each file begins outside of any Host block.
  return SSHConfig.parse(files.map(file => `Host *\n${expand(file, home, 0)}`).join('\n'))
}

/** The values for a host. `Match exec` never matches: nothing is run for a look at a file. */
export function configFor(config: SSHConfig, host: string): ConfigValues {
  return config.compute(host, { ignoreCase: true, matchExec: false }) as ConfigValues
}

/** One value; of a list, the first. */
export function single(values: ConfigValues, keyword: string): string | undefined {
  const value = values[keyword]
  return typeof value === 'string' ? value : value?.[0]
}

/** All values of a keyword that takes several. */
export function several(values: ConfigValues, keyword: string): readonly string[] {
  const value = values[keyword]
  return typeof value === 'string' ? [value] : (value ?? [])
}

/** A file's text with its Includes in place; the Host block that an Include stands in goes on after it. */
function expand(file: string, home: string, depth: number): string {
  let block = 'Host *'
  return textOf(file)
    .split('\n')
    .map(line => {
      if (/^\s*(Host|Match)\b/i.test(line)) block = line
      const include = line.match(/^\s*Include[\s=]+(.*\S)/i)?.[1]
      if (include === undefined || depth === maxDepth) return include === undefined ? line : ''
      const included = wordsOf(include).flatMap(word => filesFor(word, dirname(file), home))
      return [...included.map(each => expand(each, home, depth + 1)), block].join('\n')
    })
    .join('\n')
}

/** A missing or unreadable file says nothing, as for ssh(1) without -F. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}

/** The files that a word of Include names: `~`, relative to the including file's folder, wildcards in the last part. */
function filesFor(word: string, folder: string, home: string): readonly string[] {
  const path = word.startsWith('~/')
    ? join(home, word.slice(2))
    : isAbsolute(word)
      ? word
      : join(folder, word)
  const name = basename(path)
  if (!/[*?]/.test(name)) return [path]
  const pattern = new RegExp(
    `^${name
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  )
  try {
    return readdirSync(dirname(path))
      .filter(entry => pattern.test(entry))
      .sort()
      .map(entry => join(dirname(path), entry))
  } catch {
    return []
  }
}
