import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NfshaError } from '../core/error.ts'
import { run } from './run.ts'

/** Where the image's packages come from: the host's own Debian archive, never a name kept here. */
export interface AptSources {
  /** deb822 paragraphs, one-line entries turned into them. */
  readonly text: string
  /** apt.conf(5) lines that reach the archive: proxies, certificates, what the host relaxes. */
  readonly options: readonly string[]
}

/**
 * The host's sources with their suites turned into the lab's. `NFSHA_LAB_APT_SOURCES` names a file to
 * use instead. Errors: `failed` when no source of a Debian archive is found.
 */
export async function hostAptSources(suite: string, override: string | undefined): Promise<AptSources> {
  const texts = override === undefined ? await sourceFiles() : [await readFile(override, 'utf8')]
  const text = texts
    .flatMap(source => paragraphs(source))
    .map(paragraph => forSuite(paragraph, suite))
    .filter(paragraph => paragraph !== undefined)
    .join('\n')
  if (text === '')
    throw new NfshaError(
      'failed',
      'this machine’s apt sources name no Debian archive to build the lab’s image from',
      'write the sources of a Debian mirror into a file (sources.list(5)) and set NFSHA_LAB_APT_SOURCES to its path',
    )
  const dump = await run(['apt-config', 'dump'], { timeoutMs: 30_000 })
  return { text, options: aptOptions(dump.stdout) }
}

async function sourceFiles(): Promise<readonly string[]> {
  const directory = '/etc/apt/sources.list.d'
  const names = await readdir(directory).catch(() => [])
  const files = names.filter(name => /\.(sources|list)$/.test(name)).sort()
  const paths = ['/etc/apt/sources.list', ...files.map(name => join(directory, name))]
  return Promise.all(paths.map(path => readFile(path, 'utf8').catch(() => '')))
}

/** The paragraphs of a file in either of apt's formats, each as its fields. */
export function paragraphs(text: string): readonly ReadonlyMap<string, string>[] {
  const lines = text.split('\n').filter(line => !line.startsWith('#'))
  const oneLine = lines.flatMap(line => fromOneLine(line))
  if (oneLine.length > 0) return oneLine
  return lines
    .join('\n')
    .split(/\n\s*\n/)
    .map(block => fields(block))
    .filter(found => found.has('URIs'))
}

function fields(block: string): ReadonlyMap<string, string> {
  const unfolded = block.replaceAll(/\n[ \t]+/g, ' ')
  return new Map(
    unfolded.split('\n').flatMap((line): readonly [string, string][] => {
      const match = /^([A-Za-z-]+):\s*(.*)$/.exec(line)
      return match?.[1] === undefined || match[2] === undefined ? [] : [[match[1], match[2].trim()]]
    }),
  )
}

function fromOneLine(line: string): readonly ReadonlyMap<string, string>[] {
  const match = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(\S.*)$/.exec(line.trim())
  if (match === null) return []
  const [, options = '', uri = '', suite = '', components = ''] = match
  const signedBy = /signed-by=(\S+)/.exec(options)?.[1]
  return [
    new Map([
      ['Types', 'deb'],
      ['URIs', uri],
      ['Suites', suite],
      ['Components', components],
      ...(signedBy === undefined ? [] : [['Signed-By', signedBy] as const]),
    ]),
  ]
}

const debianSuite =
  /^(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)(-updates|-security|\/updates)?$/

/** The paragraph for the lab's suite, or undefined when it is of no Debian archive we can use. */
function forSuite(paragraph: ReadonlyMap<string, string>, suite: string): string | undefined {
  const kinds = (paragraph.get('Suites') ?? '').split(/\s+/).flatMap(name => {
    const match = debianSuite.exec(name)
    return match === null ? [] : [(match[2] ?? '').replace('/updates', '-security')]
  })
  const wanted = [...new Set(kinds)]
  const isDebian = paragraph.get('Components')?.split(/\s+/).includes('main') === true
  if (wanted.length === 0 || !isDebian || paragraph.get('Enabled') === 'no') return undefined
  const signedBy = paragraph.get('Signed-By')
  return [
    'Types: deb',
    `URIs: ${paragraph.get('URIs')}`,
    `Suites: ${wanted.map(kind => `${suite}${kind}`).join(' ')}`,
    'Components: main',
    ...(signedBy === undefined ? [] : [`Signed-By: ${signedBy}`]),
    '',
  ].join('\n')
}

const reaching = /^Acquire::(http|https|ftp|Retries|Check-Valid-Until|Check-Date|ForceIPv4|ForceIPv6)\b/i

/** Lines of `apt-config dump` that a guest of ours needs to reach the archive as the host does. */
export function aptOptions(dump: string): readonly string[] {
  return [
    ...dump.split('\n').filter(line => reaching.test(line) && !/ "";$/.test(line)),
    'Acquire::Languages "none";',
    'Acquire::Retries "5";',
  ]
}
