import type { Cluster } from '../core/cluster.ts'
import { present } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { canonicalOptions, unescapePath } from './export-options.ts'

/** One client's permission on one path, as exports(5) says it. */
export interface ServedExport {
  readonly path: string
  readonly client: string
  /** Options that differ from exports(5)' defaults, in one spelling, sorted. */
  readonly options: readonly string[]
}

export interface ExportsFact {
  /** What mountd answers from, sorted by path and client. */
  readonly served: readonly ServedExport[]
  /** Paths that other export files than ours name: the administrator's. */
  readonly elsewhere: readonly string[]
}

/** Where our exports file is. */
export function exportsPath({ platform }: Cluster): string {
  return `${platform.paths.exportsDir}/nfsha.exports`
}

/**
 * What this node exports, by exportfs(8) `-s`, and which paths come from other files than `ownFile`.
 * Absent where exportfs is not installed.
 */
export function exportsServed(ownFile: string): Probe<ExportsFact> {
  const exportsDir = ownFile.slice(0, ownFile.lastIndexOf('/'))
  return {
    id: `exports-served:${ownFile}`,
    script: [
      `command -v exportfs >/dev/null || exit ${exitAbsent}`,
      'list=$(exportfs -s 2>&1) || { printf "%s\\n" "$list"; exit 1; }',
      "IFS='\n'",
      'set -f',
      `for line in $list; do printf 'served %s\\n' "$line"; done`,
      'set +f',
      'unset IFS',
      `for file in /etc/exports ${quote(exportsDir)}/*.exports; do`,
      `  [ -f "$file" ] && [ "$file" != ${quote(ownFile)} ] || continue`,
      '  while read -r line; do',
      `    case $line in /* | '"/'*) printf 'elsewhere %s\\n' "$line" ;; esac`,
      '  done <"$file"',
      'done',
      'exit 0',
    ].join('\n'),
    parse: ({ stdout }) => {
      const after = (word: string) =>
        stdout
          .split('\n')
          .filter(line => line.startsWith(`${word} `))
          .map(line => line.slice(word.length + 1))
      return present({
        served: parseExports(after('served').join('\n')),
        elsewhere: after('elsewhere').map(line => pathAndRest(line)[0]),
      })
    },
    deadlineMs: 60_000,
    maxBytes: 128 * 1024,
  }
}

/** The exports that a text in the language of exports(5) grants, sorted by path and client. */
export function parseExports(text: string): readonly ServedExport[] {
  const lines = text.replaceAll('\\\n', ' ').split('\n')
  return lines
    .map(line => line.trim())
    .filter(line => line.startsWith('/') || line.startsWith('"/'))
    .flatMap(line => {
      const [path, rest] = pathAndRest(line)
      return [...rest.matchAll(/([^\s()]+)(?:\(([^)]*)\))?/g)].map(([, client = '', options = '']) => ({
        path,
        client,
        options: canonicalOptions(options),
      }))
    })
    .toSorted((a, b) => compare(a.path, b.path) || compare(a.client, b.client))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function pathAndRest(line: string): readonly [string, string] {
  const quoted = /^"([^"]*)"\s*(.*)$/.exec(line)
  const [, path = '', rest = ''] = quoted ?? /^(\S+)\s*(.*)$/.exec(line) ?? []
  return [unescapePath(path), rest]
}
