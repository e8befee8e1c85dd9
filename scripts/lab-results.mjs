// The results of the end-to-end files: the last of each, and the table of all.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { add, totals } from './report.mjs'
import { root } from './setup.mjs'

const results = join(root, '.nfsha', 'test-lab')

/** Reads a file's last result; undefined when it never ran here. With `result`, keeps that one. */
export function lastResult({ name }, result) {
  const path = join(results, `${name}.json`)
  if (result === undefined) return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
  mkdirSync(results, { recursive: true })
  writeFileSync(path, `${JSON.stringify(result, undefined, 2)}\n`)
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
    `host when it ended. ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, no hardware virtualisation.`,
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
