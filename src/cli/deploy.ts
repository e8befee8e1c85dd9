import type { Command } from 'commander'
import { type Cli, screenFor, withCommonOptions } from './cli.ts'
import { type PlanOptions, withPlanning } from './plan.ts'
import { type RunOptions, withRunOptions } from './run-options.ts'

const examples = `
Shows the plan and asks. Running it again is always safe: what is done is not done twice.
The first Ctrl-C finishes the running step and stops, the second leaves at once.

Examples:
  nfsha deploy cluster.yml
  nfsha deploy cluster.yml --yes                          without asking, for scripts
  nfsha deploy cluster.yml --plan plan.json --yes         exactly the plan that was saved
  nfsha deploy cluster.yml --allow-data-loss data@m2      overwrite the disk of data on m2
  nfsha deploy cluster.yml --despite-clients              narrow an export past clients that use it
  nfsha deploy cluster.yml --only exports                 one step of the playbook`

export interface DeployOptions extends PlanOptions, RunOptions {
  readonly plan?: string
}

export function registerDeploy(program: Command, cli: Cli): void {
  const command = withRunOptions(
    withPlanning(
      program.command('deploy').description('Make both nodes what the inventory says, step by step.'),
    ),
  )
    .option('--plan <file>', 'apply exactly this saved plan, or refuse, naming what moved')
    .addHelpText('after', examples)
  withCommonOptions(command).action(async (source: string, options: DeployOptions) => {
    const { runDeploy } = await import('./run-deploy.ts')
    await runDeploy(source, options, cli, screenFor(options, cli.io))
  })
}
