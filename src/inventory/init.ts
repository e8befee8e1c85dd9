import { randomBytes } from 'node:crypto'
import { appendFile, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { NfshaError } from '../core/error.ts'
import { type InitAnswers, newSecretsText, skeletonText } from './init-text.ts'
import { loadInventory } from './load.ts'

/** What `init` has made. */
export interface InitResult {
  readonly inventory: string
  readonly secrets: string
  /** The .gitignore that now names the secrets file; undefined when it did before. */
  readonly gitignore: string | undefined
}

/**
 * Writes a commented inventory, a secrets file beside it (mode 0600) and its line in .gitignore.
 * Errors: `usage` when the answers make no inventory; `refused` when one of the two files is there
 * already, and then nothing is written.
 */
export async function initInventory(path: string, answers: InitAnswers): Promise<InitResult> {
  const secrets = join(dirname(path), `${basename(path).replace(/\.ya?ml$/, '')}.secrets`)
  const text = skeletonText(answers, basename(secrets))
  await checkAnswers(text)
  for (const file of [path, secrets]) await refuseExisting(file)
  // The ignore line first: there is no moment in which git sees the secrets.
  const gitignore = await ignore(join(dirname(path), '.gitignore'), basename(secrets))
  await create(secrets, newSecretsText(answers.cluster, randomBytes), 0o600)
  try {
    await create(path, text, 0o644)
  } catch (error) {
    await rm(secrets, { force: true })
    throw error
  }
  return { inventory: path, secrets, gitignore }
}

/** The skeleton must load, or the answers were no good: its problems say which. */
async function checkAnswers(text: string): Promise<void> {
  const stdin = { readText: () => Promise.resolve(text) }
  try {
    await loadInventory('-', { env: {}, cwd: '/', stdin }, { offline: true })
  } catch (error) {
    if (!(error instanceof NfshaError)) throw error
    const [problem] = [...error.problems, error]
    const { message, hint } = problem ?? error
    throw new NfshaError('usage', message, `${hint}; then run \`nfsha init\` again`, { cause: error })
  }
}

async function refuseExisting(file: string): Promise<void> {
  const exists = await stat(file).then(
    () => true,
    () => false,
  )
  if (exists) throw alreadyThere(file)
}

function alreadyThere(file: string, cause?: unknown): NfshaError {
  return new NfshaError('refused', `${file} exists already`, 'choose another name, or move it away first', {
    cause,
  })
}

async function create(file: string, text: string, mode: number): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx', mode })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (code === 'EEXIST') throw alreadyThere(file, cause)
    const hint = code === 'ENOENT' ? 'make its directory first' : 'choose a place where you may write'
    throw new NfshaError('failed', `${file} could not be written (${code || 'unknown error'})`, hint, {
      cause,
    })
  }
}

async function ignore(gitignore: string, name: string): Promise<string | undefined> {
  const before = await readFile(gitignore, 'utf8').catch(() => '')
  const lines = before.split(/\r?\n/).map(line => line.trim())
  if ([name, `/${name}`, '*.secrets'].some(line => lines.includes(line))) return undefined
  const line = `${before === '' || before.endsWith('\n') ? '' : '\n'}/${name}\n`
  await appendFile(gitignore, line).catch((cause: unknown) => {
    const hint = 'choose a place where you may write'
    throw new NfshaError('failed', `${gitignore} could not be written`, hint, { cause })
  })
  return gitignore
}
