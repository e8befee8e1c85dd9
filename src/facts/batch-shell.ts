import { exitAbsent } from '../core/probe.ts'

/** Ends an answer on the node: proof that all of it was written, so that nothing is an answer only where a probe says nothing. */
export const endMark = '.'

/** How many shells run at the same time: enough to overlap waits, few enough for one slow CPU to keep deadlines. */
const lanes = 4

/**
 * Runs what is asked in the background, a few at a time, each with its deadline, and answers once with all.
 * One FIFO carries what happens: the end of one, and a tick a second (on a loaded machine later, so the
 * time since boot counts, not the ticks); nothing polls. What is
 * late is killed with all that it started, and no more waited for: a task in D state does not die
 * (`wait` and timeout(1) would hang with it). Standard output goes to a file whose size is limited by
 * RLIMIT_FSIZE, since a limit by a pipe would cost one process a probe; SIGXFSZ, which would end its
 * shell without a word, is ignored, and the write fails (setrlimit(2)). A shell says by its own exit
 * trap that it ends, which saves another one around it; the FIFO is opened for reading too, or it would
 * wait for a reader that may be gone. One that is killed says nothing: the next tick sees it.
 * Descriptors 3 (the channel) and 8 (the lock) are not for probes.
 */
export const gatherFunction = `nfsha_start() {
  if [ "$nfsha_now" -ge "$nfsha_limit_all" ]; then
    nfsha_table="$nfsha_table$1 late
"
    return
  fi
  eval "nfsha_limit=\\$nfsha_limit_$1"
  nfsha_running="$nfsha_running $1:$((nfsha_now + nfsha_limit))"
  (
    nfsha_asked=$1
    trap '' XFSZ
    trap 'nfsha_code=$?
      [ "$nfsha_code" -ne 0 ] || printf ${endMark} >>"$nfsha_dir/$nfsha_asked" 2>/dev/null
      echo "done $nfsha_asked $nfsha_code" 1<>"$nfsha_dir/events"' EXIT
    nfsha_ask "$1" >"$nfsha_dir/$1" 2>"$nfsha_dir/$1.err"
  ) </dev/null 3<&- 8>&- 9>&- &
  nfsha_running="$nfsha_running:$!"
}
nfsha_forget() {
  nfsha_kept=
  for nfsha_one in $nfsha_running; do
    [ "\${nfsha_one%%:*}" = "$1" ] || nfsha_kept="$nfsha_kept $nfsha_one"
  done
  nfsha_running=$nfsha_kept
  nfsha_fill
}
nfsha_fill() {
  # shellcheck disable=SC2086 # each word is one that runs
  while [ "$nfsha_next" -lt "$nfsha_count" ] && nfsha_has_lane $nfsha_running; do
    nfsha_start "$nfsha_next"
    nfsha_next=$((nfsha_next + 1))
  done
}
nfsha_has_lane() { [ $# -lt ${lanes} ]; }
nfsha_look_at_clock() {
  read -r nfsha_up _ </proc/uptime
  nfsha_up=\${nfsha_up%%.*}
  nfsha_now=$((nfsha_up - \${nfsha_began:=$nfsha_up}))
}
nfsha_late() {
  for nfsha_one in $nfsha_running; do
    nfsha_at=\${nfsha_one%%:*} nfsha_limit=\${nfsha_one#*:} nfsha_limit=\${nfsha_limit%:*} nfsha_pid=\${nfsha_one##*:}
    nfsha_state=gone
    { read -r _ _ nfsha_state _ <"/proc/$nfsha_pid/stat"; } 2>/dev/null
    case $nfsha_state in gone | Z)
      wait "$nfsha_pid"
      nfsha_done "$nfsha_at" $?
      continue
      ;;
    esac
    [ "$nfsha_now" -gt "$nfsha_limit" ] || [ "$nfsha_now" -ge "$nfsha_limit_all" ] || continue
    nfsha_kill_tree "$nfsha_pid"
    nfsha_table="$nfsha_table$nfsha_at late
"
    nfsha_forget "$nfsha_at"
  done
}
nfsha_done() {
  case "$nfsha_running " in *" $1:"*) ;; *) return ;; esac
  # A reason that only standard error gave; by agreement reasons are on standard output.
  if [ "$2" -ne 0 ] && [ "$2" -ne ${exitAbsent} ] && ! [ -s "$nfsha_dir/$1" ]; then
    tail -n 1 "$nfsha_dir/$1.err" >"$nfsha_dir/$1"
  fi
  nfsha_table="$nfsha_table$1 $2
"
  nfsha_files="$nfsha_files $1"
  nfsha_forget "$1"
}
nfsha_gather() {
  nfsha_count=$1 nfsha_limit_all=$2 nfsha_next=0 nfsha_now=0 nfsha_began='' nfsha_running='' nfsha_table='' nfsha_files=''
  nfsha_dir=$(mktemp -d /run/nfsha-facts.XXXXXX 2>/dev/null || mktemp -d "\${TMPDIR:-/tmp}/nfsha-facts.XXXXXX")
  if ! mkfifo "$nfsha_dir/events"; then
    nfsha_frame answers '#0'
    return
  fi
  exec 9<>"$nfsha_dir/events"
  nfsha_look_at_clock
  nfsha_tick_on
  nfsha_fill
  while [ -n "$nfsha_running" ]; do
    read -r nfsha_event nfsha_a nfsha_b <&9
    case $nfsha_event in
    tick) nfsha_look_at_clock && nfsha_late ;;
    done) nfsha_done "$nfsha_a" "$nfsha_b" ;;
    esac
  done
  nfsha_kill_tree "$nfsha_ticker"
  exec 9>&-
  nfsha_text answers "$nfsha_table"
  # shellcheck disable=SC2086 # the files' names are numbers
  nfsha_sizes=$(cd "$nfsha_dir" && wc -c /dev/null $nfsha_files)
  nfsha_total=\${nfsha_sizes% total} nfsha_total=\${nfsha_total##*[!0-9]}
  nfsha_text sizes "$nfsha_sizes"
  nfsha_frame outputs "#\${nfsha_total:-0}"
  # shellcheck disable=SC2086
  [ -z "$nfsha_files" ] || (cd "$nfsha_dir" && cat $nfsha_files)
  rm -rf "$nfsha_dir"
}`
