// npm run edits:matrix: every edit of docs/changes.md on a pair that serves (test/e2e/more/22-edits.test.ts), on the
// lab, then a move, a move back and a power cut; the table in docs/edits-matrix.md is made of all results there are,
// the last of each edit.
//   --edits 'A|B' (a pattern of titles)   --report (only the table)
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build, revision, root, say } from './setup.mjs'

const { values: options } = parseArgs({
  options: { edits: { type: 'string', default: '' }, report: { type: 'boolean', default: false } },
})
const results = join(root, '.nfsha', 'e2e', 'edits.jsonl')
const table = join(root, 'docs', 'edits-matrix.md')

let failed = 0
if (!options.report) {
  build()
  const only = options.edits === '' ? [] : ['-t', options.edits]
  const words = ['vitest', 'run', '--project', 'e2e-more', 'test/e2e/more/22-edits.test.ts', ...only]
  failed = spawnSync('npx', words, { cwd: root, stdio: 'inherit' }).status ?? 1
}

const latest = new Map()
if (existsSync(results))
  for (const line of readFileSync(results, 'utf8').trim().split('\n')) {
    const result = JSON.parse(line)
    latest.set(result.edit, result)
  }
const waits = cell =>
  cell === undefined
    ? '–'
    : Object.entries(cell)
        .map(([version, seconds]) => `${version}: ${seconds}`)
        .join(', ')
const row = result => {
  const moves = Object.keys(result).filter(key => key.startsWith('move to'))
  const [there, back] = moves.map(key => waits(result[key]))
  const cells = [
    result.edit,
    result.base,
    result.said ?? '–',
    waits(result.edit_waits),
    there ?? '–',
    back ?? '–',
  ]
  return `| ${[...cells, waits(result['power cut']), result.result, `${result.date} ${result.revision}`].join(' | ')} |`
}
writeFileSync(
  table,
  `# Edits of a pair that serves, tried

Written by \`npm run edits:matrix\`; each row names its date (UTC) and revision. Before each edit the pair serves clients of the versions
that are named, each holding a lock and writing through it; afterwards come a move, a move back and a power cut of the
node that serves. "As said": nfsd restarted only where the plan said that clients wait, no lock and no write was lost,
and nothing was pending afterwards. The figures are the longest write of each version in seconds, on emulated machines
of a host under load: they compare rows, and say nothing about hardware.

| edit | before | the plan said | edit | move | move back | power cut | result | when |
|---|---|---|---|---|---|---|---|---|
${[...latest.values()].map(row).join('\n')}
`,
)
say(`${table}: ${latest.size} edits; this tree is ${revision()}`)
process.exit(failed)
