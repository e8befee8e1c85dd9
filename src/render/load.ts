import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { NfshaError } from '../core/error.ts'
import type { RenderTemplate } from '../core/step.ts'
import type { PrecompiledModule } from './precompiled.ts'

/** Where the package keeps its templates: beside src and dist alike. */
const shippedTemplates = fileURLToPath(new URL('../../templates/', import.meta.url))

/** Written by the build (scripts/precompile.mjs); run from source, there is none. */
const precompiled = new URL('templates.js', import.meta.url)

/** Renders the shipped templates: as the build compiled them, else from their text. */
export async function loadRender(): Promise<RenderTemplate> {
  if (!existsSync(precompiled)) return (await import('./render.ts')).createRender(templateLoader())
  const [module, { precompiledRender }] = await Promise.all([
    import(precompiled.href) as Promise<PrecompiledModule>,
    import('./precompiled.ts'),
  ])
  return precompiledRender(module)
}

/**
 * Reads templates by name (the path below templates/ without `.hbs`), each once.
 * Errors: `failed` when there is no such template.
 */
export function templateLoader(directory = shippedTemplates): (name: string) => string {
  const read = new Map<string, string>()
  return name => {
    const known = read.get(name)
    if (known !== undefined) return known
    const text = readTemplate(directory, name)
    read.set(name, text)
    return text
  }
}

function readTemplate(directory: string, name: string): string {
  const path = `${directory.replace(/\/$/, '')}/${name}.hbs`
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new NfshaError(
      'failed',
      `the template ${name} cannot be read from ${path}`,
      'install nfsha again: its package brings the folder templates/',
      { cause },
    )
  }
}
