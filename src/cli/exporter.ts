import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Cli, type CommonOptions, screenFor, withCommonOptions } from './cli.ts'
import { spanMs } from './span.ts'
import { withTarget } from './target-options.ts'

const examples = `
Each scrape reads the status; those that come while one is read, or shortly after, get the same. It
listens on loopback unless told otherwise: the metrics name nodes and clients, and need no login.
Alert rules and a Grafana dashboard are in dashboards/.

Examples:
  nfsha exporter cluster.yml                            then: curl http://127.0.0.1:9942/metrics
  nfsha exporter cluster.yml --listen 192.168.0.5:9942
  nfsha exporter cluster.yml --once > /var/lib/node_exporter/nfsha.prom`

export interface ExporterOptions extends CommonOptions {
  readonly allowCommands: boolean
  readonly listen: ListenAddress
  readonly once: boolean
  /** Milliseconds, both. */
  readonly timeout: number
  readonly keep: number
}

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

export function registerExporter(program: Command, cli: Cli): void {
  const command = withTarget(
    program.command('exporter').description('Serve the status as Prometheus metrics.'),
  )
    .addOption(
      new Option('--listen <host:port>', 'where to listen')
        .argParser(listenAddress)
        .default({ host: '127.0.0.1', port: 9942 }, '127.0.0.1:9942'),
    )
    .option('--once', 'print the metrics once instead, and end', false)
    .addOption(
      new Option('--timeout <span>', "tell what is known by then; below Prometheus' scrape timeout")
        .argParser(spanMs)
        .default(8000, '8s'),
    )
    .addOption(
      new Option('--keep <span>', 'serve a reading so long before the nodes are asked again')
        .argParser(spanMs)
        .default(5000, '5s'),
    )
    .addHelpText('after', examples)
  withCommonOptions(command).action(async (source: string, options: ExporterOptions) => {
    const { runExporter } = await import('./run-exporter.ts')
    await runExporter(source, options, cli, screenFor(options, cli.io))
  })
}

function listenAddress(text: string): ListenAddress {
  const [, host, port] = /^(?:\[?([^\]]+?)\]?:)?(\d{1,5})$/.exec(text) ?? []
  const number = Number(port)
  if (port === undefined || number > 65_535)
    throw new InvalidArgumentError('give HOST:PORT, as 127.0.0.1:9942.')
  return { host: host ?? '127.0.0.1', port: number }
}
