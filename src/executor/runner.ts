import type { Action } from '../core/action.ts'
import { quote } from '../core/quote.ts'
import { actionLabel, actionScript, okCodes, timeoutSeconds } from './actions.ts'
import { wholeOrNothing } from './request.ts'

/** A step's actions on one host. */
export interface HostStep {
  readonly ref: string
  readonly actions: readonly Action[]
}

/** What is granted beyond an action's own time limit, in seconds, before it is given up. */
const graceSeconds = 30

/**
 * The runner: a process in a session of its own, so that it outlives a link that drops. Output of
 * each action goes to a file (a pipe would end apt by SIGPIPE inside dpkg); what happens is said on
 * descriptor 9 and logged. It keeps descriptor 8, the lock, so that the lock is held as long as
 * anything runs. Before each step it looks whether it should stop.
 */
const runnerFunctions = `nfsha_say() {
  echo "$1" >&9
  echo "$1 $2" >>"$nfsha_dir/log"
}
nfsha_step() {
  [ ! -e "$nfsha_dir/stop" ] || { nfsha_say "stopped $1" ''; exit 0; }
}
nfsha_action() {
  printf '%s\\n' "$5" >"$nfsha_dir/current"
  nfsha_say "begin $1 $2 $3" "$5"
  if [ "$6" = guarded ] && ! ("nfsha_guard_$1_$2") >"$nfsha_dir/guard" 2>&1 </dev/null 3<&- 9>&-; then
    nfsha_say "guard $1 $2" "$5"
    : >"$nfsha_dir/current"
    exit 0
  fi
  ("nfsha_do_$1_$2") >"$nfsha_dir/out.$1.$2" 2>&1 </dev/null 3<&- 9>&-
  nfsha_rc=$?
  : >"$nfsha_dir/current"
  case " $4 " in
  *" $nfsha_rc "*) nfsha_say "end $1 $2 $nfsha_rc" "$5" ;;
  *) nfsha_say "fail $1 $2 $nfsha_rc" "$5"; exit 0 ;;
  esac
}`

/** The runner's program for the steps of one host. */
export function runnerProgram(directory: string, steps: readonly HostStep[]): string {
  const functions = steps.flatMap(({ actions }, step) =>
    actions.flatMap((action, index) => [
      `nfsha_do_${step}_${index}() {\n${actionScript(action)}\n}`,
      ...(action.guard === undefined
        ? []
        : [`nfsha_guard_${step}_${index}() { eval ${quote(action.guard.script)}; }`]),
    ]),
  )
  const calls = steps.flatMap(({ ref, actions }, step) => [
    `nfsha_step ${step}`,
    ...actions.map((action, index) =>
      [
        `nfsha_action ${step} ${index} ${timeoutSeconds(action)} ${quote(okCodes(action).join(' '))}`,
        quote(`${ref}: ${actionLabel(action)}`),
        action.guard === undefined ? 'free' : 'guarded',
      ].join(' '),
    ),
  ])
  return wholeOrNothing(
    [`nfsha_dir=${quote(directory)}`, runnerFunctions, ...functions, ...calls, 'nfsha_say over ""'].join(
      '\n',
    ),
  )
}

/**
 * The session's side: starts the runner and tells what it says, in frames, until it is gone: `begin`,
 * `output`, `end`, `fail`, `guard` (with what the guard found), `stopped`, `stuck` (an action that
 * does not end although it was killed), `alive` now and then, and at last `outcome`. Whoever reads
 * the channel's next byte or its end (a line that drops) makes the runner stop after its step.
 * `then` runs in the same round trip when all went well.
 */
export function chunkProgram(
  directory: string,
  steps: readonly HostStep[],
  then: string,
  marker: string,
): string {
  return `nfsha_dir=${quote(directory)}
if ! { (umask 077 && mkdir -p "$nfsha_dir") && rm -f "$nfsha_dir"/out.* "$nfsha_dir/stop" "$nfsha_dir/events" &&
  mkfifo "$nfsha_dir/events"; }; then
  nfsha_frame outcome 'no room in /run'
  return
fi
exec 9<>"$nfsha_dir/events"
{
setsid sh 3<&- <<'${marker}'
${runnerProgram(directory, steps)}${marker}
echo gone >&9
} >"$nfsha_dir/runner" 2>&1 &
{ read -r _; : >"$nfsha_dir/stop"; } <&3 >/dev/null 2>&1 8>&- 9>&- &
nfsha_watcher=$!
nfsha_tick_on
nfsha_ship() {
  [ -s "$nfsha_out" ] || return 0
  nfsha_size=$(wc -c <"$nfsha_out")
  [ "$nfsha_size" -gt "$nfsha_sent" ] || return 0
  nfsha_file "output $nfsha_at" "$nfsha_sent" "$nfsha_size" "$nfsha_out"
  nfsha_sent=$nfsha_size
}
nfsha_now=0 nfsha_at='' nfsha_outcome=died
while read -r nfsha_event nfsha_a nfsha_b nfsha_c <&9; do
  case $nfsha_event in
  tick)
    nfsha_now=$((nfsha_now + 1))
    [ $((nfsha_now % 10)) -ne 0 ] || nfsha_frame alive
    [ -n "$nfsha_at" ] || continue
    nfsha_ship
    [ "$nfsha_now" -gt "$nfsha_limit" ] || continue
    nfsha_frame stuck "$nfsha_at"
    nfsha_outcome=stuck
    break
    ;;
  begin)
    nfsha_at="$nfsha_a $nfsha_b" nfsha_out=$nfsha_dir/out.$nfsha_a.$nfsha_b
    nfsha_sent=0 nfsha_limit=$((nfsha_now + nfsha_c + ${graceSeconds}))
    nfsha_frame begin "$nfsha_at"
    ;;
  end | fail)
    nfsha_ship
    nfsha_at=''
    nfsha_frame "$nfsha_event" "$nfsha_a" "$nfsha_b" "$nfsha_c"
    [ "$nfsha_event" = end ] || nfsha_outcome=failed
    ;;
  guard)
    nfsha_at=''
    nfsha_file "guard $nfsha_a $nfsha_b" 0 "$(wc -c <"$nfsha_dir/guard")" "$nfsha_dir/guard"
    nfsha_outcome=failed
    ;;
  stopped) nfsha_frame stopped "$nfsha_a"; nfsha_outcome=stopped ;;
  over) nfsha_outcome='done' ;;
  gone) break ;;
  esac
done
nfsha_kill_tree "$nfsha_ticker"
kill -KILL "$nfsha_watcher" 2>/dev/null
wait "$nfsha_watcher" 2>/dev/null
exec 9>&-
[ "$nfsha_outcome" != died ] || nfsha_file died 0 "$(wc -c <"$nfsha_dir/runner")" "$nfsha_dir/runner"
nfsha_frame outcome "$nfsha_outcome"
[ "$nfsha_outcome" = 'done' ] || return 0
${then}`
}
