import { actionScript } from './actions.ts'
import { decodeUtf8 } from './frames.ts'
import type { Session } from './session.ts'

export interface CommandResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs one command on a host outside of any plan, for looking and for the lab: one round trip.
 * 124 is the exit code of one that took longer than it may (timeout(1)).
 */
export async function runCommand(
  session: Session,
  argv: readonly string[],
  options: { readonly timeoutMs: number; readonly stdin?: string },
): Promise<CommandResult> {
  const command = actionScript({
    kind: 'run',
    argv,
    timeoutMs: options.timeoutMs,
    ...(options.stdin !== undefined && { stdin: [options.stdin] }),
  })
  const program = `nfsha_dir=$(mktemp -d /run/nfsha-command.XXXXXX 2>/dev/null || mktemp -d) || { nfsha_frame exit 1; return; }
(${command}) >"$nfsha_dir/out" 2>"$nfsha_dir/err" 3<&- 8>&-
nfsha_frame exit "$?"
for nfsha_one in out err; do
  nfsha_file "$nfsha_one" 0 "$(wc -c <"$nfsha_dir/$nfsha_one")" "$nfsha_dir/$nfsha_one"
done
rm -rf "$nfsha_dir"`
  const found = { exit: '1', out: '', err: '' }
  await session.request(program, {
    silenceMs: options.timeoutMs + 60_000,
    onFrame: ({ kind, fields, payload }) => {
      if (kind === 'exit') found.exit = fields[0] ?? '1'
      if (kind === 'out' || kind === 'err') found[kind] = decodeUtf8(payload)
    },
  })
  return { exitCode: Number(found.exit), stdout: found.out, stderr: found.err }
}
