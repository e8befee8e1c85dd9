import type { Command } from 'commander'
import { type Cli, type CommonOptions, screenFor, withCommonOptions } from './cli.ts'

const examples = `
It is JSON in either format. An inventory names it for its editor in its first line:
  # yaml-language-server: $schema=./nfsha.schema.json

Examples:
  nfsha schema > nfsha.schema.json`

export function registerSchema(program: Command, cli: Cli): void {
  const command = program
    .command('schema')
    .description('Print the JSON Schema of inventories: every key, its default and why.')
    .addHelpText('after', examples)
  withCommonOptions(command).action(async (options: CommonOptions) => {
    const { inventoryJsonSchema } = await import('../inventory/json-schema.ts')
    screenFor(options, cli.io).printJson(inventoryJsonSchema())
  })
}
