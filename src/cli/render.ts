import type { Command } from 'commander'
import { type Cli, type CommonOptions, screenFor, withCommonOptions } from './cli.ts'
import { withTarget } from './target-options.ts'

const examples = `
Writes OUT/NODE/PATH for every file that deploy would put on a node, with its mode. No host is asked,
and secrets are placeholders unless they are asked for: then OUT is a directory only you can read.

Examples:
  nfsha render cluster.yml --out tree
  nfsha render cluster.yml --out tree --node m1
  nfsha render cluster.yml --out tree --reveal-secrets`

export interface RenderOptions extends CommonOptions {
  readonly allowCommands: boolean
  readonly out: string
  readonly node?: string
  readonly revealSecrets: boolean
}

export function registerRender(program: Command, cli: Cli): void {
  const command = withTarget(
    program.command('render').description('Write the files that each node would get, offline.'),
  )
    .requiredOption('--out <directory>', 'where to write; made when missing')
    .option('--node <name>', 'only this node')
    .option('--reveal-secrets', 'write real secrets instead of placeholders', false)
    .addHelpText('after', examples)
  withCommonOptions(command).action(async (source: string, options: RenderOptions) => {
    const { runRender } = await import('./run-render.ts')
    await runRender(source, options, cli, screenFor(options, cli.io))
  })
}
