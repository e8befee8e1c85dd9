import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'

/** What each folder of src may import; a type may come from the folders in `types` too. */
interface Rule {
  readonly from: readonly string[]
  readonly types?: readonly string[]
  /** May it touch the outside: files, network, clock, process? */
  readonly io: boolean
}

const rules: Readonly<Record<string, Rule>> = {
  core: { from: [], io: false },
  platforms: { from: ['core'], io: false },
  facts: { from: ['core', 'platforms'], io: false },
  render: { from: ['core'], io: false },
  planner: { from: ['core'], io: false },
  inventory: { from: ['core', 'platforms'], io: false },
  preflight: { from: ['core', 'facts', 'platforms'], io: false },
  status: { from: ['core', 'facts', 'platforms'], io: false },
  steps: { from: ['core', 'facts', 'platforms'], io: false },
  transport: { from: ['core'], io: true },
  executor: { from: ['core', 'facts', 'planner'], io: false },
  playbook: { from: ['core'], io: true },
  report: { from: ['core'], types: ['preflight', 'status', 'inventory'], io: true },
  lab: { from: ['core', 'transport'], io: true },
  drill: { from: ['core', 'facts', 'planner', 'executor', 'transport', 'status'], io: true },
  cli: { from: ['*'], io: true },
}

/** The pure folders' doors to the outside. */
const loaders = /^src\/(inventory|render)\/(load|secrets|init)[a-z-]*\.ts$/

/** Each package has one home. */
const homes: Readonly<Record<string, RegExp>> = {
  ssh2: /^src\/transport\//,
  'ssh-config': /^src\/transport\//,
  handlebars: /^src\/render\//,
  'handlebars/runtime.js': /^src\/render\//,
  listr2: /^src\/report\//,
  'cli-truncate': /^src\/report\//,
  diff: /^src\/report\//,
  '@observablehq/plot': /^src\/report\//,
  '@xmldom/xmldom': /^src\/report\/page\/chart\.ts$/,
  'tar-stream': /^src\/report\//,
  'prom-client': /^src\/report\//,
  zod: /^src\/(inventory\/|playbook\/header\.ts)/,
  yaml: /^src\/(inventory|playbook)\//,
  commander: /^src\/cli\//,
  'ipaddr.js': /^src\/(facts|inventory)\//,
  'fastest-levenshtein': /^src\/(inventory|playbook|cli)\//,
  'write-file-atomic': /^src\/(inventory|report|cli|lab)\//,
}

/** Modules of Node that touch nothing outside. */
const pureNodeModules = new Set(['node:crypto', 'node:util', 'node:path', 'node:path/posix', 'node:buffer'])

interface Import {
  readonly file: string
  readonly name: string
  readonly isType: boolean
}

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => join('src', name))
  .sort()
const texts = new Map(files.map(file => [file, readFileSync(file, 'utf8')]))
const imports = files.flatMap(importsOf)

function importsOf(file: string): readonly Import[] {
  const text = texts.get(file) ?? ''
  const fixed = text.matchAll(/^(?:import|export)\s+(type\s+)?[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm)
  const lazy = text.matchAll(/\bimport\('([^']+)'\)/g)
  return [
    ...[...fixed].map(([whole, type, from, bare]) => ({
      file,
      name: from ?? bare ?? '',
      isType: type !== undefined || hasOnlyTypes(whole),
    })),
    ...[...lazy].map(([, name = '']) => ({ file, name, isType: false })),
  ]
}

/** `import { type A, type B } from` brings no code either. */
function hasOnlyTypes(statement: string): boolean {
  const names = /\{([^}]*)\}/.exec(statement)?.[1]
  if (names === undefined || /^(?:import|export)\s+[\w*]/.test(statement)) return false
  return names
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
    .every(name => name.startsWith('type '))
}

const folderOf = (path: string) => path.split('/')[1] ?? ''
const isRelative = ({ name }: Import) => name.startsWith('.')
const targetOf = ({ file, name }: Import) => normalize(join(dirname(file), name))

describe('architecture', () => {
  test('every folder of src has a rule', () => {
    expect([...new Set(files.map(folderOf))].filter(folder => !(folder in rules))).toEqual([])
  })

  test('folders import only what the table allows', () => {
    const breaches = imports.filter(isRelative).filter(each => {
      const [from, to] = [folderOf(each.file), folderOf(targetOf(each))]
      const rule = rules[from]
      if (from === to || rule === undefined) return false
      if (rule.from.includes('*') || rule.from.includes(to)) return false
      return !(each.isType && rule.types?.includes(to))
    })
    expect(breaches.map(({ file, name }) => `${file} imports ${name}`)).toEqual([])
  })

  test('steps import each other only where a name begins with _', () => {
    const breaches = imports
      .filter(isRelative)
      .filter(each => folderOf(each.file) === 'steps' && folderOf(targetOf(each)) === 'steps')
      .filter(each => !(targetOf(each).split('/').at(-1) ?? '').startsWith('_'))
    expect(breaches.map(({ file, name }) => `${file} imports ${name}`)).toEqual([])
  })

  test('each package has one home', () => {
    const packages = imports.filter(each => !isRelative(each) && !each.name.startsWith('node:'))
    const breaches = packages.filter(({ file, name }) => !(homes[name]?.test(file) ?? false))
    expect(breaches.map(({ file, name }) => `${file} imports ${name}`)).toEqual([])
  })

  test('pure folders touch nothing outside', () => {
    const pure = (file: string) => rules[folderOf(file)]?.io === false && !loaders.test(file)
    const breaches = imports
      .filter(({ file, name, isType }) => pure(file) && !isType && name.startsWith('node:'))
      .filter(({ name }) => !pureNodeModules.has(name))
    expect(breaches.map(({ file, name }) => `${file} imports ${name}`)).toEqual([])
  })

  test.each([
    ['steps', /\bawait\b|\basync\b|\bprocess\.|\bDate\b|from 'node:/],
    ['planner', /\bawait\b|\basync\b|\bprocess\.|\bDate\b/],
    ['core', /\bawait\b|\basync\b|\bprocess\.|\bDate\./],
  ])('%s has no clock, process or promise', (folder, forbidden) => {
    const breaches = files.filter(
      file => folderOf(file) === folder && forbidden.test(withoutText(texts.get(file) ?? '')),
    )
    expect(breaches).toEqual([])
  })

  test('only the command line reads the environment or ends the process', () => {
    const breaches = files
      // The lab hands the environment on to the programs that it starts.
      .filter(file => folderOf(file) !== 'cli' && file !== 'src/lab/run.ts')
      .filter(file => /\bprocess\.(env|exit|argv|exitCode)\b/.test(withoutText(texts.get(file) ?? '')))
    expect(breaches).toEqual([])
  })

  test('only the doors to the nodes and render reveal secrets', () => {
    // facts/mask sends the salt along in the script that masks the same directives on the node.
    const allowed = /^src\/(core\/(secret|digest)|executor\/|transport\/|cli\/render|facts\/mask)/
    const breaches = files.filter(
      file => !allowed.test(file) && /\breveal(Text)?\(/.test(withoutText(texts.get(file) ?? '')),
    )
    expect(breaches).toEqual([])
  })

  test('a file answers one question: none is longer than 250 lines', () => {
    // The cluster's types are one list, and read as one.
    const short = files.filter(file => file !== 'src/core/cluster.ts')
    const long = short.filter(file => (texts.get(file) ?? '').split('\n').length > 251)
    expect(long).toEqual([])
  })
})

/** Code without comments and strings, where shell and prose live. */
function withoutText(code: string): string {
  return code
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
    .replaceAll(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, "''")
}
