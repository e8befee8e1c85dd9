import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nfsha } from '../cli/harness.ts'
import { blocksOf, readText } from './markdown.ts'

const documents = [
  'README.md',
  'docs/stall.md',
  'docs/changes.md',
  'docs/runbook.md',
  'docs/fencing.md',
  'docs/security.md',
  'docs/drill.md',
  'docs/ci.md',
]

/** What needs no host, and so is run as it stands. */
const offline = new Set(['validate', 'explain', 'schema', 'render'])

const lines = documents.flatMap(document =>
  blocksOf(readText(document))
    .flatMap(block => block.lines)
    .filter(line => /^nfsha [a-z]/.test(line))
    .map(line => ({ document, words: wordsOf(line) })),
)

/** The words of one command, up to a comment, a pipe or what comes after it. */
function wordsOf(line: string): readonly string[] {
  const [command = ''] = line.split(/\s+#|\s[|&>;]|\s--\s/)
  return command.trim().split(/\s+/).slice(1)
}

let cwd = ''
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'nfsha-docs-'))
  const { code, stderr } = await nfsha(['init', '--out', 'cluster.yml'], { cwd })
  expect(`${stderr}${code}`).toMatch(/0$/)
  // The first command loads all that commands share, which takes a busy machine its time.
}, 120_000)
afterAll(() => rmSync(cwd, { recursive: true }))

test('there are commands to look at', () => {
  expect(lines.length).toBeGreaterThan(10)
})

test.each(lines.map(({ document, words }) => [document, words.join(' '), words] as const))(
  '%s: nfsha %s is a command with these options',
  async (_document, _text, words) => {
    const command = words.slice(0, words.findIndex(word => /^[-./]|\.yml$/.test(word)) >>> 0)
    const { code, stdout } = await nfsha([words[0] ?? '', '--help'])
    expect(code).toBe(0)
    const options = words.filter(word => word.startsWith('--'))
    // A command of a command: its own help has the options.
    const own = command[1] === undefined ? '' : (await nfsha([...command.slice(0, 2), '--help'])).stdout
    for (const option of options) expect(stdout + own).toContain(option)
  },
)

test.each(
  lines
    .filter(({ words }) => offline.has(words[0] ?? '') && !words.some(word => /^[A-Z]+$/.test(word)))
    .map(({ document, words }) => [document, words.join(' '), words] as const),
)('%s: nfsha %s runs', async (_document, _text, words) => {
  const { code, stderr } = await nfsha(words, { cwd })
  expect(stderr).not.toContain('error:')
  // 3: the skeleton of an inventory has findings.
  expect([0, 3]).toContain(code)
})
