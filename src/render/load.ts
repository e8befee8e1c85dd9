import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { NfshaError } from '../core/error.ts'

/** Where the package keeps its templates: beside src and dist alike. */
const shippedTemplates = fileURLToPath(new URL('../../templates/', import.meta.url))

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
