import { NfshaError } from '../core/error.ts'
import { quote } from '../core/quote.ts'
import { decodeUtf8 } from './frames.ts'
import type { OpenHosts } from './hosts.ts'
import { holderInWords, type LockAnswer, lockReader, tellLockProgram } from './lock.ts'
import type { RunIdentity } from './run.ts'

/** A node's lock as it stands. */
export interface LockState {
  readonly host: string
  /** Somebody holds it: a session of a run, or an action of a run that was cut off. */
  readonly held: boolean
  /** Nobody holds it, and yet a run left its name: that run was cut off there. */
  readonly stale: boolean
  readonly holder?: RunIdentity
  /** What that run was last doing there. */
  readonly running?: string
}

/** The locks of all hosts that answer, in one round trip. Takes none. */
export async function readLocks(hosts: OpenHosts): Promise<readonly LockState[]> {
  return await hosts.exchange(() =>
    Promise.all(
      [...hosts.sessions.values()].map(async session => {
        const reader = lockReader()
        await session.request(tellLockProgram, { silenceMs: 60_000, onFrame: reader.onFrame })
        return stateOf(session.host, reader.answer())
      }),
    ),
  )
}

/**
 * Clears what a dead run left: its session's shell is ended where it still holds the lock, and its
 * name taken away. Refused when another run holds it, or while an action of that run goes on, which
 * no one may run beside. Gives the states afterwards.
 */
export async function unlock(hosts: OpenHosts, runId: string): Promise<readonly LockState[]> {
  const states = (await readLocks(hosts)).filter(({ held, stale }) => held || stale)
  const other = states.find(({ holder }) => holder?.id !== runId)
  if (other !== undefined)
    throw new NfshaError(
      'refused',
      `the lock on ${other.host} is not of run ${runId} but of ${inWords(other)}`,
      other.holder === undefined ? 'look at /run/nfsha there' : `nfsha unlock ${other.holder.id}`,
    )
  const busy = states.find(({ held, running }) => held && running?.startsWith('running ') === true)
  if (busy !== undefined)
    throw new NfshaError(
      'refused',
      `run ${runId} is still at work on ${busy.host}: ${busy.running}`,
      'wait for it to end; the lock is free then',
    )
  await hosts.exchange(() =>
    Promise.all(
      states.map(async ({ host }) => {
        let left = ''
        await hosts.sessions.get(host)?.request(clearProgram(runId), {
          silenceMs: 60_000,
          onFrame: ({ payload }) => {
            left = decodeUtf8(payload)
          },
        })
        if (left !== '')
          throw new NfshaError(
            'refused',
            `the lock on ${host} is kept open by ${left}`,
            'end that process if it is a left-over, then unlock again',
          )
      }),
    ),
  )
  return await readLocks(hosts)
}

/** Ends the shell that holds the lock, if its run is still this one, and takes the name away; tells who keeps the flock otherwise. */
function clearProgram(runId: string): string {
  return `nfsha_left=
if grep -qF ${quote(`"id":"${runId}"`)} /run/nfsha/lock.json 2>/dev/null; then
  nfsha_shell=$(cat /run/nfsha/lock.shell 2>/dev/null)
  [ -z "$nfsha_shell" ] || [ "$(readlink -f "/proc/$nfsha_shell/fd/8")" != /run/nfsha/lock ] || kill -KILL "$nfsha_shell"
  if (flock -w 5 8) 8</run/nfsha/lock; then
    rm -f /run/nfsha/lock.json /run/nfsha/lock.shell
  else
    for nfsha_fd in /proc/[0-9]*/fd/*; do
      [ "$(readlink "$nfsha_fd")" = /run/nfsha/lock ] || continue
      nfsha_pid=\${nfsha_fd#/proc/} nfsha_pid=\${nfsha_pid%%/*}
      nfsha_left="$nfsha_left\${nfsha_left:+, }pid $nfsha_pid ($(tr '\\0' ' ' <"/proc/$nfsha_pid/cmdline"))"
    done
  fi
fi
nfsha_text left "$nfsha_left"`
}

function stateOf(host: string, { state, holder, lastDeed }: LockAnswer): LockState {
  return {
    host,
    held: state === 'busy',
    stale: state === 'free' && holder !== undefined,
    ...(holder !== undefined && { holder }),
    ...(lastDeed !== undefined && { running: lastDeed }),
  }
}

function inWords({ holder, running }: LockState): string {
  return holderInWords({ holder, lastDeed: running })
}
