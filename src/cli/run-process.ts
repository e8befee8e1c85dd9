import { processIo } from './process-io.ts'
import { runCli } from './run.ts'

/** Runs a command line as this process: exits with its code once the output is out. */
export async function runProcess(words: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe)
  const code = await runCli(words, processIo())
  // A forgotten handle must not keep a finished command alive; writes to pipes are synchronous here.
  process.exit(code)
}

/**
 * `nfsha deploy | head` ends the reader, not the run: what is being done to the nodes goes on, and
 * what would have been printed is dropped.
 */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}
