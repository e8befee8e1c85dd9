// src → JavaScript in few files: to open three hundred small ones takes Node longer than all that an
// offline command does in them. `npm run build` (build.mjs) and the benchmarks use it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import { root } from './setup.mjs'

const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** A package that npm installs beside nfsha is imported from there; every other one is brought along. */
const isInstalled = id => Object.keys(dependencies).some(name => id === name || id.startsWith(`${name}/`))

/**
 * Bundles `entries` ({path of the result without .js: source file}) into `directory`. What they share
 * lies in chunks/, as deep below the directory as a source file below src, so that a URL relative to
 * the module means the same. Gives the names of the packages that were brought along.
 */
export async function bundle(entries, directory) {
  const bundled = await rolldown({
    cwd: root,
    input: entries,
    platform: 'node',
    external: isInstalled,
    // CommonJS packages among those brought along may ask for their file; any name that is ours will do.
    transform: { define: { __filename: 'import.meta.filename', __dirname: 'import.meta.dirname' } },
    plugins: [madeModules(await precompiledTemplates())],
  })
  const { output } = await bundled.write({
    dir: directory,
    chunkFileNames: 'chunks/[name]-[hash].js',
  })
  await bundled.close()
  return packagesOf(output.flatMap(({ moduleIds = [] }) => moduleIds))
}

/** Modules that stand for a folder read at run time, and are written by the build instead. */
function madeModules(templates) {
  const steps = readdirSync(join(root, 'src/steps')).filter(name => /^[^_].*\.ts$/.test(name))
  const ids = steps.map(name => name.slice(0, -'.ts'.length))
  const made = {
    'src/playbook/step-files.ts': [
      `const steps = () => import('made:steps')`,
      `export const stepIds = () => ${JSON.stringify(ids)}`,
      `export const importStep = async id => (await steps()).all[id]`,
    ],
    'src/render/load-render.ts': [
      `const modules = () => Promise.all([import('./precompiled.ts'), import('made:templates')])`,
      `export const loadRender = async () => modules().then(([code, data]) => code.precompiledRender(data))`,
    ],
    'made:steps': [
      ...ids.map(
        (id, index) => `import * as step${index} from ${JSON.stringify(join(root, 'src/steps', id))}`,
      ),
      `export const all = { ${ids.map((id, index) => `${JSON.stringify(id)}: step${index}`).join(', ')} }`,
    ],
    'made:templates': [templates],
  }
  return {
    name: 'made-modules',
    resolveId: id => (id.startsWith('made:') ? id : undefined),
    load: id => made[id.replace(`${root}/`, '')]?.join('\n'),
  }
}

/** The text of the module of compiled templates, made by our own code: bundled, because Node 20 runs no TypeScript. */
async function precompiledTemplates() {
  const directory = mkdtempSync(join(root, 'node_modules', '.nfsha-'))
  try {
    const source = join(directory, 'entry.mjs')
    const file = join(directory, 'precompile.mjs')
    writeFileSync(
      source,
      ['load', 'precompile']
        .map(name => `export * from ${JSON.stringify(join(root, 'src/render', `${name}.ts`))}\n`)
        .join(''),
    )
    const bundled = await rolldown({ input: source, platform: 'node', external: /^[^./\0]/ })
    await bundled.write({ file, codeSplitting: false })
    await bundled.close()
    const { precompiledModule, templateLoader } = await import(pathToFileURL(file).href)
    return precompiledModule(templateLoader(join(root, 'templates')))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** The packages of node_modules that these modules are of. */
function packagesOf(moduleIds) {
  const names = moduleIds.flatMap(id => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1] ?? [])
  return [...new Set(names)].sort()
}

/** The licences of packages that are brought along: they ask for it. Throws for one without a licence's text. */
export function licencesOf(packages) {
  return packages.map(name => {
    const folder = join(root, 'node_modules', name)
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find(each => /^licen[cs]e/i.test(each))
    if (file === undefined) throw new Error(`${name} brings no licence: it cannot be bundled`)
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
  })
}
