import { unlock } from '../executor/unlock.ts'
import type { Cli, Screen } from './cli.ts'
import { assertAllAnswer, connect } from './connect.ts'
import { listenForInterrupts } from './interrupt.ts'
import { loadTarget } from './target.ts'
import type { TargetOptions } from './target-options.ts'
import { quietly, watchRun } from './watch.ts'

/** `nfsha unlock`: takes away the lock of one run, on both nodes. */
export async function runUnlock(
  source: string,
  runId: string,
  options: TargetOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const { cluster } = await loadTarget(source, options, cli, screen)
  const progress = await watchRun(screen, cli.io)
  const interrupts = listenForInterrupts(cli.io)
  const hosts = await connect(cluster.nodes, cli.io, quietly(progress, screen, cli.io), interrupts.stop)
  try {
    assertAllAnswer(hosts)
    const locks = await unlock(hosts, runId)
    await progress.settle()
    if (screen.format === 'json') screen.printJson({ verdict: 'done', exitCode: 0, locks })
    else for (const { host, held } of locks) screen.print(`${host}: ${held ? 'still locked' : 'not locked'}`)
  } finally {
    interrupts.release()
    await progress.settle()
    await hosts.close()
  }
}
