// The results of the end-to-end files: the last of each, and the table of all.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { add, totals } from './report.mjs'
import { root } from './setup.mjs'

// Committed beside its table: the list is too long for one sitting, and the next one begins in a fresh clone.
const record = join(root, 'docs', 'lab-results.json')

const all = () => (existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : {})

/** A file's last result, in whatever clone it ran; undefined when it never did. With `result`, keeps that one. */
export function lastResult({ name }, result) {
  if (result === undefined) return all()[name]
  const sorted = Object.entries({ ...all(), [name]: result }).sort(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(record, `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`)
  return result
}

/** The table as Markdown, one row a file and one a test, and the sum; a file that never ran is a failure. */
export function resultsTable(files) {
  const found = files.map(file => ({ ...file, result: lastResult(file) }))
  const sum = found.reduce(
    (total, { result }) => add(total, result ?? { passed: 0, failed: 1, skipped: 0 }),
    { passed: 0, failed: 0, skipped: 0 },
  )
  const text = [
    '# Results of the end-to-end tests on the lab',
    '',
    'Written by `npm run test:lab`. Each file says when and on which revision it ran; the load is that of the',
    `host when it ended (none was kept of whole test runs). ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, no hardware virtualisation.`,
    '',
    '| file | list | passed | failed | skipped | seconds | load | date (UTC) | revision |',
    '|---|---|---|---|---|---|---|---|---|',
    ...found.map(fileRow),
    '',
    `Sum: ${totals(sum)}.`,
    '',
    ...found.flatMap(testsOf),
  ].join('\n')
  return { text, sum }
}

function fileRow({ name, kind, result }) {
  if (result === undefined) return `| ${name} | ${kind} | – | – | – | – | – | never | – |`
  const { passed, failed, skipped, seconds, load, date, revision } = result
  return `| ${name} | ${kind} | ${passed} | ${failed} | ${skipped} | ${seconds} | ${load} | ${date} | ${revision} |`
}

function testsOf({ name, result }) {
  if (result === undefined) return []
  const lines = result.tests.map(({ title, status, seconds }) => `- ${status}: ${title} (${seconds} s)`)
  return [`## ${name}`, '', ...lines, '']
}
