import { type Command, Option } from 'commander'
import { type Cli, screenFor, withCommonOptions } from './cli.ts'
import { type RunOptions, withRunOptions } from './run-options.ts'
import { spanMs } from './span.ts'
import { type TargetOptions, withTarget } from './target-options.ts'

const examples = `
Clients are the hosts under \`clients:\`, each with its mounts. One that does not answer is left out, and
blocks nobody. The watchdog nfsha-mountwatch looks at the mounts every 30 s: it mounts what was lost, and
tells what is blocked (exit code 0 mounted or idle, 1 not mounted, 2 blocked) in the client's journal.
A mount is made at boot, or when somebody looks: by an automount of systemd, or by autofs (\`by:\`).

Examples:
  nfsha clients status cluster.yml
  nfsha clients deploy cluster.yml           mount, and watch
  nfsha clients remove cluster.yml           unmount, and take all of it away but the packages`

export interface ClientsStatusOptions extends TargetOptions {
  /** Milliseconds. */
  readonly timeout: number
}

export type ClientsOptions = TargetOptions & RunOptions

export function registerClients(program: Command, cli: Cli): void {
  const clients = program
    .command('clients')
    .description('Mount the service on its clients, watch it there, or say how it is.')
    .addHelpText('after', examples)
  const status = withTarget(
    clients.command('status').description('Say what each client has mounted, and how it does.'),
  ).addOption(
    new Option('--timeout <span>', 'tell what is known by then').argParser(spanMs).default(10_000, '10s'),
  )
  withCommonOptions(status).action(async (source: string, options: ClientsStatusOptions) => {
    const { runClientsStatus } = await import('./run-clients-status.ts')
    await runClientsStatus(source, options, cli, screenFor(options, cli.io))
  })
  const deploy = withRunOptions(
    withTarget(clients.command('deploy').description('Mount what the inventory says, and watch it.')),
  )
  const remove = withRunOptions(
    withTarget(clients.command('remove').description('Take the mounts and the watchdog away.')),
  )
  for (const [command, playbook] of [
    [deploy, 'clients'],
    [remove, 'clients-remove'],
  ] as const)
    withCommonOptions(command).action(async (source: string, options: ClientsOptions) => {
      const { runClients } = await import('./run-clients.ts')
      await runClients(source, playbook, options, cli, screenFor(options, cli.io))
    })
}
