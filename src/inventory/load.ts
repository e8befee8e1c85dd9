import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Cluster } from '../core/cluster.ts'
import { NfshaError, type Problem } from '../core/error.ts'
import { Secret } from '../core/secret.ts'
import { checkSchema } from './check.ts'
import { buildCluster } from './cluster.ts'
import { type LintFinding, lint } from './lint.ts'
import { type InventoryDocument, parseInventoryText } from './load-document.ts'
import { placeholders, resolveSecrets } from './load-secrets.ts'
import type { Finding } from './problem.ts'
import { checkReferences } from './references.ts'
import type { Inventory } from './schema.ts'
import { secretUses } from './secrets.ts'

/** The doors of the process that a load needs; the command line's `Io` fits. */
export interface LoadIo {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly stdin: { readText(): Promise<string> }
}

export interface LoadOptions {
  /** Secrets are placeholders, and no reference is touched: for validate and render. */
  readonly offline?: boolean
  /** `command:` references may run: only plan and deploy, and only when asked to. */
  readonly allowCommands?: boolean
}

export interface LoadedInventory {
  readonly cluster: Cluster
  readonly inventory: Inventory
  readonly lint: readonly LintFinding[]
  /** As shown in messages: the path given, or `<stdin>`. */
  readonly file: string
  /** What paths in the inventory are relative to. */
  readonly directory: string
}

/**
 * Reads an inventory (`-`: standard input) and says what it means. Errors: `preflight` with all problems
 * and their places, of the text, of references, or of secrets that cannot be had; `failed` when the file cannot be read.
 */
export async function loadInventory(
  source: string,
  io: LoadIo,
  options: LoadOptions = {},
): Promise<LoadedInventory> {
  const file = source === '-' ? '<stdin>' : source
  const directory = source === '-' ? io.cwd : dirname(resolve(io.cwd, source))
  const text = source === '-' ? await io.stdin.readText() : await readText(resolve(io.cwd, source), file)
  const document = parseInventoryText(text, file)
  const inventory = checkedInventory(document, file)

  const controllerPath = (path: string) => absolutePath(path, directory, io.env.HOME ?? homedir())
  const uses = secretUses(inventory)
  const { secrets, findings } = options.offline
    ? { secrets: placeholders(uses), findings: [] }
    : await resolveSecrets(uses, {
        env: io.env,
        allowCommands: options.allowCommands ?? false,
        controllerPath,
      })
  if (findings.length > 0) throw manyProblems(file, problemsAt(document, findings))

  const byName = new Map(secrets.map(secret => [secret.name, secret]))
  const cluster = buildCluster(inventory, {
    secretOf: name => byName.get(name),
    controllerPath,
    ephemeralSalt: new Secret('salt', randomBytes(32).toString('hex')),
    secrets,
  })
  const found = lint(cluster, inventory).map(finding =>
    document.mentions(finding.path) ? { ...finding, at: document.placeOf(finding.path) } : finding,
  )
  return Object.freeze({ cluster, inventory, lint: found, file, directory })
}

async function readText(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const why =
      { ENOENT: 'does not exist', EISDIR: 'is a directory', EACCES: 'may not be read' }[code] ??
      'cannot be read'
    throw new NfshaError(
      'failed',
      `the inventory ${file} ${why}`,
      'name an inventory, or make one with `nfsha init`',
      { cause },
    )
  }
}

/** Every problem of text, schema and references in one go. */
function checkedInventory(document: InventoryDocument, file: string): Inventory {
  const checked = checkSchema(document.data)
  if ('inventory' in checked) {
    const problems = [...document.problems, ...problemsAt(document, checkReferences(checked.inventory))]
    if (problems.length === 0) return checked.inventory
    throw manyProblems(file, problems)
  }
  const references = checked.partial === undefined ? [] : checkReferences(checked.partial)
  const own = references.filter(({ path }) => !checked.followsFromLoss(path))
  throw manyProblems(file, [...document.problems, ...problemsAt(document, [...checked.findings, ...own])])
}

function problemsAt(document: InventoryDocument, findings: readonly Finding[]): readonly Problem[] {
  return findings.map(({ path, atKey, message, hint }) => ({
    message,
    hint,
    at: document.placeOf(path, atKey),
  }))
}

function manyProblems(file: string, problems: readonly Problem[]): NfshaError {
  const sorted = [...problems].sort(
    (a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0),
  )
  const [only] = sorted
  if (sorted.length === 1 && only !== undefined) {
    const at = only.at === undefined ? {} : { at: only.at }
    return new NfshaError('preflight', only.message, only.hint, at)
  }
  const hint = 'mend each, then run `nfsha validate` again'
  return new NfshaError('preflight', `${file} has ${sorted.length} problems`, hint, { problems: sorted })
}

function absolutePath(path: string, directory: string, home: string): string {
  if (path === '~' || path.startsWith('~/')) return join(home, path.slice(1))
  return isAbsolute(path) ? path : resolve(directory, path)
}
