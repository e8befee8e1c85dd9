import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { NfshaError } from '../core/error.ts'
import { loadInventory } from '../inventory/load.ts'
import { columns } from '../report/table.ts'
import type { Cli, Screen } from './cli.ts'
import type { RenderOptions } from './render.ts'
import { type RenderedFile, renderedFiles } from './render-files.ts'
import { assertKnown } from './selection.ts'
import { prepareWork, takeOrder } from './work.ts'

/** By this file a directory is known to be ours to replace. */
const marker = '.nfsha-render'

/** `nfsha render`: writes the tree of each node. */
export async function runRender(
  source: string,
  options: RenderOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const { revealSecrets, allowCommands } = options
  const { cluster } = await loadInventory(source, cli.io, { offline: !revealSecrets, allowCommands })
  const nodeNames = cluster.nodes.map(({ name }) => name)
  if (options.node !== undefined) assertKnown('node', options.node, nodeNames)
  const work = await prepareWork(takeOrder(cluster, 'deploy'))
  const files = renderedFiles(work).filter(({ node }) => options.node === undefined || node === options.node)
  const directory = resolve(cli.io.cwd, options.out)
  await prepareDirectory(directory, nodeNames)
  for (const file of files) await writeRendered(directory, file, revealSecrets)
  if (screen.format === 'json') {
    screen.printJson({ directory, files: files.map(({ text: _text, ...about }) => about) })
    return
  }
  screen.print(
    columns(
      files.map(file => [
        join(options.out, file.node, file.path),
        file.mode,
        file.owner,
        notes(file, revealSecrets),
      ]),
    ),
  )
}

function notes(file: RenderedFile, revealSecrets: boolean): string {
  const secrets = revealSecrets ? 'holds secrets' : 'placeholders for secrets'
  return [...(file.isBlock ? ['block only'] : []), ...(file.hasSecrets ? [secrets] : [])].join(', ')
}

/**
 * Makes the directory, readable for its owner only, and takes away what an earlier render left.
 * Errors: `usage` for one that holds something else.
 */
async function prepareDirectory(directory: string, nodeNames: readonly string[]): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const found = await readdir(directory)
  if (found.length > 0 && !found.includes(marker))
    throw new NfshaError(
      'usage',
      `${directory} is not empty, and not written by nfsha render`,
      'give a new or an empty directory',
    )
  await chmod(directory, 0o700)
  await writeFile(join(directory, marker), '')
  for (const name of nodeNames) await rm(join(directory, name), { recursive: true, force: true })
}

async function writeRendered(directory: string, file: RenderedFile, revealSecrets: boolean): Promise<void> {
  const path = join(directory, file.node, file.path)
  const mode = revealSecrets && file.hasSecrets ? 0o600 : Number.parseInt(file.mode, 8)
  await mkdir(dirname(path), { recursive: true })
  // The mode of writeFile passes through the umask, and comes too late for a file that is there.
  await writeFile(path, file.text, { mode: 0o600 })
  await chmod(path, mode)
}
