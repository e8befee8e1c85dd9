import { processIo } from './process-io.ts'
import { runCli } from './run.ts'

/** Runs a command line as this process: exits with its code once the output is out. */
export async function runProcess(words: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe)
  const code = await runCli(words, processIo())
  await Promise.all([drained(process.stdout), drained(process.stderr)])
  // A forgotten handle must not keep a finished command alive.
  process.exit(code)
}

/** All that was written has gone: a slow reader's pipe is full after 64 KiB (pipe(7)), and exit drops the rest. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise(resolve => stream.write('', () => resolve()))
}

/**
 * `nfsha deploy | head` ends the reader, not the run: what is being done to the nodes goes on, and
 * what would have been printed is dropped.
 */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}
