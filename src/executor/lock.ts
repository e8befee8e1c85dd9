import { quote } from '../core/quote.ts'
import { decodeUtf8, type Frame } from './frames.ts'
import type { RunIdentity } from './run.ts'

/*
 * The lock of a node: flock(2) on /run/nfsha/lock, held on descriptor 8 by the session's shell and by
 * what it runs; beside it lock.json says who. A lock.json without the flock is stale: its run was cut
 * off and nothing of it goes on. /run is empty after a boot, and so is the lock.
 */

/** A shell whose controller is not heard of for so long gives the lock up, in seconds: sshd may take hours to notice. */
const leashSeconds = 180

/** What a node says of its lock. */
export interface LockAnswer {
  /** `held`: by us now; `busy`: by another; `free`: by nobody, not asked for. */
  readonly state: 'held' | 'busy' | 'free' | 'unknown'
  /** From lock.json: of the other that holds it, or of the run that was cut off. */
  readonly holder: RunIdentity | undefined
  /** What that run was last doing there, and whether that is over. */
  readonly lastDeed: string | undefined
}

/** Functions for whoever holds the lock, and for telling about it; part of the first request that needs them. */
const lockFunctions = `nfsha_tell_lock() {
  nfsha_frame lock "$1"
  [ -s /run/nfsha/lock.json ] || return 0
  nfsha_file holder 0 "$(wc -c </run/nfsha/lock.json)" /run/nfsha/lock.json
  nfsha_id=$(sed -n 's/.*"id":"\\([A-Za-z0-9-]*\\)".*/\\1/p' /run/nfsha/lock.json)
  nfsha_deed=$(grep -E '^(begin|end|fail|guard) ' "/run/nfsha/runs/$nfsha_id/log" 2>/dev/null | tail -n 1)
  nfsha_text deed "$nfsha_deed"
}
nfsha_leash() {
  [ -z "$nfsha_leash_pid" ] || nfsha_kill_tree "$nfsha_leash_pid"
  nfsha_leash_pid=
  [ "$1" = on ] || return 0
  { sleep ${leashSeconds} && kill -KILL $$; } </dev/null >/dev/null 2>&1 3<&- 8>&- &
  nfsha_leash_pid=$!
}`

/**
 * Takes the lock, waiting so many seconds for it, and then does `then` in the same round trip. Tells
 * what was there: the holder it gave way to, or the stale run that it took over from, whose spool it
 * clears. Answers with `lock held` or `lock busy`.
 */
export function lockProgram(run: RunIdentity, waitSeconds: number, then: string): string {
  return `${lockFunctions}
# Tried in a subshell first: a failing exec would end the shell.
if ! { mkdir -p /run/nfsha && (: >>/run/nfsha/lock); }; then
  nfsha_frame lock unknown
  return
fi
exec 8>>/run/nfsha/lock
# A teardown takes the file away while it has the lock: then this is the lock of nothing.
if ! flock -w ${waitSeconds} 8 || [ ! -e /run/nfsha/lock ]; then
  exec 8>&-
  nfsha_tell_lock busy
  return
fi
nfsha_tell_lock held
rm -rf /run/nfsha/runs
(umask 022; printf '%s\\n' ${quote(JSON.stringify(run))} >/run/nfsha/lock.json.new) &&
  mv -f /run/nfsha/lock.json.new /run/nfsha/lock.json
echo $$ >/run/nfsha/lock.shell
nfsha_leash on
${then}`
}

/** Runs `program` while holding the lock: the shell's leash is let go meanwhile. */
export function underLock(program: string): string {
  return `nfsha_leash off\nnfsha_work() {\n${program}\n}\nnfsha_work\nnfsha_leash on`
}

/**
 * Gives the lock back: the flock itself, not only this descriptor, which a daemon may have inherited.
 * Harmless where it is not held.
 */
export const unlockProgram = `if [ -e /proc/$$/fd/8 ]; then
  rm -f /run/nfsha/lock.json /run/nfsha/lock.shell
  flock -u 8
  exec 8>&-
  nfsha_leash off
  nfsha_leash() { :; }
fi`

/** Asks who holds the lock, without taking it. */
export const tellLockProgram = `${lockFunctions}
nfsha_state=free
if [ -e /run/nfsha/lock ]; then
  (flock -n 8) 8</run/nfsha/lock || nfsha_state=busy
fi
nfsha_tell_lock "$nfsha_state"`

/** Reads the frames of the programs above. */
export function lockReader(): { onFrame(frame: Frame): void; answer(): LockAnswer } {
  let state: LockAnswer['state'] = 'unknown'
  let holder: RunIdentity | undefined
  let lastDeed: string | undefined
  return {
    onFrame: ({ kind, fields, payload }) => {
      if (kind === 'lock') state = stateOf(fields[0])
      if (kind === 'holder') holder = parseHolder(decodeUtf8(payload))
      if (kind === 'deed') lastDeed = deedInWords(decodeUtf8(payload), state)
    },
    answer: () => ({ state, holder, lastDeed }),
  }
}

/** `20250102-… by ann@desk since 12:03 (deploy), running drbd-up: drbdadm up data`. */
export function holderInWords({ holder, lastDeed }: Pick<LockAnswer, 'holder' | 'lastDeed'>): string {
  if (holder === undefined) return 'a run that left no name'
  const who = `run ${holder.id} by ${holder.who}@${holder.controller} (pid ${holder.pid}, ${holder.playbook}, since ${holder.startedAt})`
  return lastDeed === undefined ? who : `${who}, ${lastDeed}`
}

function stateOf(word: string | undefined): LockAnswer['state'] {
  return word === 'held' || word === 'busy' || word === 'free' ? word : 'unknown'
}

function parseHolder(text: string): RunIdentity | undefined {
  try {
    const found: unknown = JSON.parse(text)
    return isIdentity(found) ? found : undefined
  } catch {
    return undefined
  }
}

function isIdentity(value: unknown): value is RunIdentity {
  if (typeof value !== 'object' || value === null) return false
  const fields = value as Readonly<Record<string, unknown>>
  return ['id', 'who', 'controller', 'startedAt', 'playbook'].every(key => typeof fields[key] === 'string')
}

/** A line of the runner's log: `begin 0 1 30 STEP: ACTION`, `end 0 1 0 STEP: ACTION`, … */
function deedInWords(line: string, state: LockAnswer['state']): string | undefined {
  const begun = line.match(/^begin [0-9]+ [0-9]+ [0-9]+ (.*)$/)?.[1]
  // Without the lock nothing of it runs any more: the node killed it, or went down with it.
  if (begun !== undefined) return state === 'busy' ? `running ${begun}` : `cut off while running ${begun}`
  const [, word, code, label] = line.match(/^(end|fail) [0-9]+ [0-9]+ ([0-9]+) (.*)$/) ?? []
  return word === undefined ? undefined : `whose last deed was ${label} (exit code ${code})`
}
