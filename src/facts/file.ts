import { createHash } from 'node:crypto'
import { type Fact, present, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { maskText, type Secret, type SecretText } from '../core/secret.ts'
import { fingerprintFunction, type Mask, maskForPath, maskProgram } from './mask.ts'
import { isPlainPath, maxFileBytes, pathsTogether, tooLarge } from './paths.ts'

/** What is at a path. Symbolic links are not followed. */
export interface FileFact {
  readonly kind: 'file' | 'directory' | 'symlink' | 'other'
  /** Octal, four digits. */
  readonly mode: string
  /** `user:group`, by name where there is one. */
  readonly owner: string
  /** A file's text with secrets as fingerprints, its last line then ended. Missing only in the prediction of a package's own file. */
  readonly content?: string
  /** SHA-256 (hex) of the file with its masked values left out, or `pristine`: as its package ships it. */
  readonly version?: string
  /** Where a symbolic link points to. */
  readonly target?: string
}

export interface FileOptions {
  /** Salt of the fingerprints; needed for files that may hold secrets (see `maskForPath`). */
  readonly salt?: Secret
  /** The package that ships this path as a conffile, so that its pristine state is recognised. */
  readonly shippedBy?: string
}

const kinds: Readonly<Record<string, FileFact['kind']>> = {
  'regular file': 'file',
  'regular empty file': 'file',
  directory: 'directory',
  'symbolic link': 'symlink',
}

/**
 * Reads a path: kind, mode, owner, and a file's text. Absent when the kernel said ENOENT (stat(1)'s
 * message under LC_ALL=C); any other error is unknown. A file that may hold secrets needs a salt.
 */
export function file(path: string, options: FileOptions = {}): Probe<FileFact> {
  const mask = maskForPath(path)
  if (mask !== undefined && options.salt === undefined)
    throw new TypeError(`${path} may hold secrets: it is read with a salt only`)
  return {
    id: `file:${path}${options.shippedBy === undefined ? '' : ` of ${options.shippedBy}`}`,
    script: fileScript(path, mask, options),
    parse: ({ stdout }) => parseFile(path, stdout),
    deadlineMs: 60_000,
    maxBytes: maxFileBytes * 2,
    ...(mask === undefined &&
      options.shippedBy === undefined &&
      isPlainPath(path) && { joint: { how: pathsTogether, about: path } }),
  }
}

/** The `version` that a file with this content will have. */
export function versionOf(path: string, content: SecretText): string {
  const secretsLeftOut = content.map(part => (typeof part === 'string' ? part : '')).join('')
  // awk, which leaves the values out on the node, ends every line.
  const text = maskForPath(path) && !secretsLeftOut.endsWith('\n') ? `${secretsLeftOut}\n` : secretsLeftOut
  return digest(text)
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** What `file(path)` will find once this content was put there. */
export function expectedFile(
  path: string,
  wanted: { content: SecretText; mode: string; owner: string },
  salt: Secret,
): Fact<FileFact> {
  return present({
    kind: 'file',
    mode: wanted.mode,
    owner: wanted.owner,
    content: maskText(wanted.content, salt),
    version: versionOf(path, wanted.content),
  })
}

/** Shell words that print the SHA-256 of a file as `version` has it, and `  -`. */
export function versionCommand(path: string): string {
  const mask = maskForPath(path)
  if (mask === undefined) return `sha256sum < ${quote(path)}`
  return `awk ${quote(maskProgram(mask, 'blank'))} ${quote(path)} | sha256sum`
}

/**
 * Shell words that succeed while a file is exactly as its package ships it: the MD5 that dpkg keeps
 * for each conffile (dpkg-query(1), `Conffiles`). `at`: where the file to be looked at is.
 */
export function pristineTest(path: string, packageName: string, at = path): string {
  const shipped = `dpkg-query -W -f='\${Conffiles}\\n' ${quote(packageName)} 2>/dev/null`
  return `${shipped} | grep -qF " ${path} $(md5sum < ${quote(at)} | cut -c 1-32)"`
}

function fileScript(path: string, mask: Mask | undefined, { salt, shippedBy }: FileOptions): string {
  return [
    mask && salt ? fingerprintFunction(salt) : '',
    `f=${quote(path)}`,
    `s=$(stat -c '%F|%04a|%U:%G|%s' -- "$f" 2>&1) || case $s in`,
    `  *'No such file or directory') exit ${exitAbsent} ;;`,
    `  *) printf '%s\\n' "$s"; exit 1 ;;`,
    'esac',
    'case $s in',
    '  regular*) ;;',
    `  symbolic*) printf '%s\\n' "$s"; readlink -- "$f"; exit 0 ;;`,
    `  *) printf '%s\\n' "$s"; exit 0 ;;`,
    'esac',
    `size=\${s##*|}`,
    `[ "$size" -le ${maxFileBytes} ] || {`,
    `  printf '%s\\n' "${tooLarge('$f', '$size')}"; exit 1`,
    '}',
    "version=''",
    mask ? findSecrets(mask) : '',
    shippedBy === undefined ? '' : findPristine(path, shippedBy),
    `printf '%s|%s\\n' "$s" "$version"`,
    mask ? printMasked(mask) : 'cat -- "$f"',
  ]
    .filter(line => line !== '')
    .join('\n')
}

/** A file with our header is not worth asking dpkg about, which is slow. */
function findPristine(path: string, shippedBy: string): string {
  return [
    'read -r first <"$f" || :',
    'case $first in',
    '  *nfsha*) ;;',
    `  *) if ${pristineTest(path, shippedBy)}; then version=pristine; fi ;;`,
    'esac',
  ].join('\n')
}

/** Keeps the secret values in the shell. */
function findSecrets(mask: Mask): string {
  return [
    `values=$(awk ${quote(maskProgram(mask, 'list'))} "$f") || {`,
    `  printf '%s\\n' "$f has a secret in a form that cannot be masked"; exit 1`,
    '}',
  ].join('\n')
}

function printMasked(mask: Mask): string {
  return [
    'if [ -z "$values" ]; then cat -- "$f"; exit; fi',
    `printf '%s\\n' "$values" | while IFS= read -r value; do fingerprint "$value"; done |`,
    `  awk ${quote(maskProgram(mask, 'replace'))} - "$f"`,
  ].join('\n')
}

function parseFile(path: string, stdout: string): Fact<FileFact> {
  const headerEnd = stdout.indexOf('\n')
  const [kindText = '', mode = '', owner = '', , pristine = ''] = stdout.slice(0, headerEnd).split('|')
  if (headerEnd < 0 || owner === '') return unknown('the answer has no header')
  const kind = kinds[kindText] ?? 'other'
  const content = stdout.slice(headerEnd + 1)
  if (kind === 'symlink') return present({ kind, mode, owner, target: content.replace(/\n$/, '') })
  if (kind !== 'file') return present({ kind, mode, owner })
  if (content.includes('\0') || content.includes('\uFFFD')) return unknown('it is not UTF-8 text')
  const secretsLeftOut = maskForPath(path) ? content.replace(/hmac:[0-9a-f]{16}/g, '') : content
  return present({ kind, mode, owner, content, version: pristine || versionOf(path, [secretsLeftOut]) })
}
