import { type Command, Option } from 'commander'
import { type Cli, type CommonOptions, screenFor, withCommonOptions } from './cli.ts'
import { collect } from './selection.ts'
import { withTarget } from './target-options.ts'

const examples = `
Nothing is changed. The last line counts each kind:
  +  create   ~  change   -  remove   !  overwrites data   …  waits   =  in sync

Examples:
  nfsha plan cluster.yml
  nfsha plan cluster.yml --detailed-exitcode       2 when there is something to do
  nfsha plan cluster.yml --out plan.json           save it, for deploy --plan plan.json
  nfsha plan cluster.yml --format markdown         for a pull request's comment
  nfsha plan cluster.yml --facts facts.json        without touching a host`

export interface PlanOptions extends CommonOptions {
  readonly allowCommands: boolean
  readonly allowDataLoss: readonly string[]
  readonly despiteClients: boolean
  readonly waitSync: boolean
  readonly only: readonly string[]
  readonly from?: string
  readonly node?: string
  readonly facts?: string
  readonly out?: string
  readonly detailedExitcode: boolean
  readonly showInSync: boolean
}

/** The options that say what is to be planned; plan and deploy share them, so that one shows what the other does. */
export function withPlanning(command: Command): Command {
  return withTarget(command)
    .addOption(
      new Option('--only <step>', 'only this step of the playbook; may be given several times')
        .argParser(collect)
        .default([], 'all'),
    )
    .option('--from <step>', 'only this step and those after it')
    .option('--node <name>', 'only this node; refused where a step needs both')
    .addOption(
      new Option(
        '--allow-data-loss <resource@node>',
        'overwrite the disk of this resource on this node; may be given several times',
      )
        .argParser(collect)
        .default([], 'none'),
    )
    .option(
      '--despite-clients',
      'narrow an export although clients that the server knows lose access or writing by it',
      false,
    )
    .option('--wait-sync', 'wait until a full initial sync has ended', false)
}

export function registerPlan(program: Command, cli: Cli): void {
  const command = withPlanning(
    program.command('plan').description('Show what deploy would do, without changing anything.'),
  )
    .option('--out <file>', 'save the plan, for deploy --plan')
    .option('--facts <file>', 'plan from gathered facts instead of asking the nodes')
    .option('--detailed-exitcode', 'exit with 2 when there is something to do', false)
    .option('--show-in-sync', 'show what is in sync too', false)
    .addHelpText('after', examples)
  withCommonOptions(command, 'markdown').action(async (source: string, options: PlanOptions) => {
    const { runPlan } = await import('./run-plan.ts')
    await runPlan(source, options, cli, screenFor(options, cli.io))
  })
}
