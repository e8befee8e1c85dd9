import type { Action, PutAction, RunAction, ScriptAction } from '../core/action.ts'
import { NfshaError } from '../core/error.ts'
import { keepPrevious } from '../core/previous.ts'
import { quote, quoteArgv } from '../core/quote.ts'
import { revealText } from '../core/secret.ts'
import { maskForPath, maskProgram } from '../facts/mask.ts'

/** How long a file may take to be written: what is slow then is a disk in trouble. */
const putTimeoutMs = 60_000

/** How long after TERM an action that is out of time is killed. */
const killAfterSeconds = 10

/** An action in one line, without secrets, for progress and for whoever finds it running. */
export function actionLabel(action: Action): string {
  if (action.kind === 'put') return `write ${action.path}`
  return action.kind === 'script' ? action.title : quoteArgv(action.argv)
}

/** How long an action may take, in whole seconds. */
export function timeoutSeconds(action: Action): number {
  return Math.ceil((action.kind === 'put' ? putTimeoutMs : action.timeoutMs) / 1000)
}

/** Exit codes that are success. */
export function okCodes(action: Action): readonly number[] {
  return (action.kind === 'run' ? action.okCodes : undefined) ?? [0]
}

/** POSIX sh that does the action; its exit code is the action's. Secrets are revealed in it: for the session only. */
export function actionScript(action: Action): string {
  if (action.kind === 'put') return putScript(action)
  return action.kind === 'script' ? scriptScript(action) : runScript(action)
}

/** timeout(1) runs what it is given in a process group of its own and ends all of that. */
function timed(action: Action, command: string): string {
  return `timeout -k ${killAfterSeconds} ${timeoutSeconds(action)} ${command}`
}

function runScript(action: RunAction): string {
  const env = Object.entries(action.env ?? {}).map(([name, value]) => `${name}=${quote(value)} `)
  const command = `${env.join('')}${timed(action, quoteArgv(action.argv))}`
  if (action.stdin === undefined) return command
  return `${printed(revealText(action.stdin), `the input of ${quoteArgv(action.argv)}`)} | ${command}`
}

function scriptScript(action: ScriptAction): string {
  return timed(action, `sh -c ${quote(action.script)}`)
}

/**
 * A temporary beside the target, with mode and owner before it gets its name, synced, renamed:
 * rename(2) replaces atomically. A symbolic link is written through, and stays. The content is in the
 * shell's own printf, so that it is on no command line. noclobber: O_EXCL, no link is followed. A
 * configuration file's earlier version is kept, and the output, which the journal has, names it.
 */
function putScript(action: PutAction): string {
  const { path, mode, owner } = action
  return `(
umask 022
target=${quote(path)}
[ ! -L "$target" ] || target=$(readlink -f -- "$target") || exit 1
folder=\${target%/*}
[ -d "\${folder:=/}" ] || mkdir -p -- "$folder" || exit 1
new=$folder/.nfsha-new.\${target##*/}
rm -f -- "$new" && umask 077 && set -C || exit 1
if ${printed(revealText(action.content), path)} >"$new" &&
  chown -- ${quote(owner)} "$new" && chmod -- ${quote(mode)} "$new" &&
  sync -- "$new"; then
  if [ -f "$target" ] && ! cmp -s -- "$target" "$new"; then
    ${keepPrevious({ mask: secretsOf(path) }).replaceAll('\n', '\n    ')}
  fi
  mv -fT -- "$new" "$target" && exit 0
fi
rm -f -- "$new"
exit 1
)`
}

/** The awk program that leaves a file's secrets out; undefined for files that hold none. */
function secretsOf(path: string): string | undefined {
  const mask = maskForPath(path)
  return mask === undefined ? undefined : maskProgram(mask, 'blank')
}

function printed(text: string, what: string): string {
  if (text.includes('\0'))
    throw new NfshaError(
      'failed',
      `${what} would hold a NUL byte, which a shell cannot carry`,
      'take it out of the template or the value that it comes from',
    )
  return `printf %s ${quote(text)}`
}
