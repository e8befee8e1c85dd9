import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { Secret } from '../core/secret.ts'
import type { Finding } from './problem.ts'
import type { SecretUse } from './secrets.ts'
import { parseSecretsFile } from './secrets-file.ts'

/** What reading secrets needs of the process. */
export interface SecretDoors {
  readonly env: Readonly<Record<string, string | undefined>>
  /** `command:` references run; refused unless the user allowed it for this run. */
  readonly allowCommands: boolean
  controllerPath(path: string): string
}

export interface ResolvedSecrets {
  readonly secrets: readonly Secret[]
  readonly findings: readonly Finding[]
}

/** Names of secrets that an inventory can do without when the shared file lacks them. */
const optionalInSharedFile = ['salt', 'drbd']

/** Fetches the value of every reference. What cannot be had comes back as findings, all of them. */
export async function resolveSecrets(
  uses: readonly SecretUse[],
  doors: SecretDoors,
): Promise<ResolvedSecrets> {
  const results = await Promise.all(uses.map(use => resolve(use, doors)))
  return {
    secrets: results.flatMap(({ secret }) => secret ?? []),
    // A file that cannot be read is one problem, however many secrets are in it.
    findings: results
      .flatMap(({ finding }) => finding ?? [])
      .filter((each, index, all) => all.findIndex(({ message }) => message === each.message) === index),
  }
}

/** Stand-ins that keep a load offline: each names what it stands for, and no reference is touched. */
export function placeholders(uses: readonly SecretUse[]): readonly Secret[] {
  return uses.map(({ name }) => new Secret(name, `placeholder-for-${name}`))
}

interface Result {
  readonly secret?: Secret
  readonly finding?: Finding
}

async function resolve(use: SecretUse, doors: SecretDoors): Promise<Result> {
  const fail = (message: string, hint: string): Result => ({ finding: { path: use.path, message, hint } })
  const { reference } = use
  const found =
    reference.kind === 'env'
      ? fromEnvironment(reference.variable, doors)
      : reference.kind === 'file'
        ? await fromFile(doors.controllerPath(reference.file), reference.key)
        : await fromCommand(reference.command, doors)
  if ('missingKey' in found) {
    const isShared = use.path.length === 1
    if (isShared && optionalInSharedFile.includes(use.name)) return {}
    return fail(
      `${found.missingKey} has no key "${reference.kind === 'file' ? reference.key : ''}"`,
      'add it, or run `nfsha init` for a new file',
    )
  }
  if ('message' in found) return fail(found.message, found.hint)
  const flaw = valueFlaw(use.name, found.value)
  if (flaw !== undefined) return fail(`the secret ${use.name} ${flaw}`, '`nfsha init` makes fitting ones')
  return { secret: new Secret(use.name, found.value) }
}

type Found =
  | { readonly value: string }
  | { readonly message: string; readonly hint: string }
  | { readonly missingKey: string }

function fromEnvironment(variable: string, { env }: SecretDoors): Found {
  const value = env[variable]
  if (value !== undefined && value !== '') return { value }
  return {
    message: `the variable ${variable} is not set`,
    hint: `set it before running nfsha: export ${variable}=…`,
  }
}

async function fromFile(file: string, key: string | undefined): Promise<Found> {
  try {
    const { mode } = await stat(file)
    if ((mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, '0')
      return { message: `${file} may be read by others (mode ${octal})`, hint: `run: chmod 600 '${file}'` }
    }
    const text = await readFile(file, 'utf8')
    if (key === undefined) return { value: text.replace(/\r?\n$/, '') }
    const value = parseSecretsFile(text).get(key)
    return value === undefined ? { missingKey: file } : { value }
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code || 'unknown error'})`
    return {
      message: `the secrets file ${file} ${why}`,
      hint: 'run `nfsha init` to make one, or correct the path',
    }
  }
}

const commandTimeoutMs = 30_000

/** Runs the line with sh, as the user wrote it; its first line of output is the secret. */
async function fromCommand(command: string, doors: SecretDoors): Promise<Found> {
  if (!doors.allowCommands) {
    return {
      message: 'a secret comes from a command, and commands are not allowed',
      hint: 'read the command in the inventory; if you trust it, add --allow-commands (plan and deploy only)',
    }
  }
  try {
    const run = promisify(execFile)('/bin/sh', ['-c', command], {
      timeout: commandTimeoutMs,
      maxBuffer: 65_536,
    })
    run.child.stdin?.end()
    const value = (await run).stdout.split(/\r?\n/, 1)[0] ?? ''
    return value === ''
      ? { message: 'the command of a secret printed nothing', hint: 'run it by hand' }
      : { value }
  } catch {
    // Neither its output nor its error text is shown: either may hold the secret.
    return { message: 'the command of a secret failed', hint: 'run it by hand, and see what it says' }
  }
}

/** What a secret cannot be where it is written: authkeys(5) is split at white space; drbd.conf(5) takes 64 characters. */
function valueFlaw(name: string, value: string): string | undefined {
  if (value === '') return 'is empty'
  if (/[\r\n\0]/.test(value)) return 'has more than one line'
  if (name === 'authkey' && /[\s#]/.test(value)) return 'has white space or "#", which authkeys cannot carry'
  if (name.startsWith('fencing.') && /[\s"]|^#/.test(value))
    return 'has white space or quotes, or begins with "#", which the line of a STONITH device cannot carry'
  if (name === 'drbd' && value.length > 64) return 'is longer than the 64 characters that DRBD takes'
  if (name === 'monitor.notify.webhook' && !/^https?:\/\/[^\s"\\]+$/.test(value))
    return 'is no URL (https://… without white space, quotes and backslashes)'
  if (name === 'drbd' && /["\\]/.test(value)) return 'has quotes or backslashes, which drbd.conf cannot carry'
  return undefined
}
