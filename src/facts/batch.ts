import { absent, type Fact, type HostFacts, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'

/*
 * The probes of one host as one script, and its answers as facts. The script is run by the
 * executor's session; `nfsha_text`, `nfsha_frame`, `nfsha_tick_on` and `nfsha_kill_tree` are that
 * session's functions.
 */

/** How many probes run at the same time: enough to overlap waits, few enough for one slow CPU to keep deadlines. */
const lanes = 4

/** Without a limit for all: a day, so that each probe's own deadline counts. */
const longestMs = 86_400_000

/** `ulimit -f` counts blocks of 512 bytes (POSIX; dash, and bash called sh). */
const blockBytes = 512

/** Ends an answer on the node: proof that all of it was written, so that nothing is an answer only where a probe says nothing. */
const endMark = '.'

/**
 * Runs probes in the background, a few at a time, each with its deadline, and answers once with all.
 * One FIFO carries what happens: a probe's end, and a tick a second (on a loaded machine later, so the
 * time since boot counts, not the ticks); nothing polls. A probe that is
 * late is killed with all that it started, and no more waited for: a task in D state does not die
 * (`wait` and timeout(1) would hang with it). Standard output goes to a file whose size is limited by
 * RLIMIT_FSIZE, since a limit by a pipe would cost one process a probe.
 * Descriptors 3 (the channel) and 8 (the lock) are not for probes.
 */
const gatherFunction = `nfsha_start() {
  if [ "$nfsha_now" -ge "$nfsha_limit_all" ]; then
    nfsha_table="$nfsha_table$1 late
"
    return
  fi
  eval "nfsha_limit=\\$nfsha_limit_$1"
  nfsha_running="$nfsha_running $1:$((nfsha_now + nfsha_limit))"
  {
    (nfsha_probe "$1") >"$nfsha_dir/$1" 2>"$nfsha_dir/$1.err" 9>&-
    nfsha_code=$?
    [ "$nfsha_code" -ne 0 ] || printf '${endMark}' >>"$nfsha_dir/$1" 2>/dev/null
    echo "done $1 $nfsha_code" >&9
  } </dev/null 3<&- 8>&- &
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
    nfsha_limit=\${nfsha_one#*:} nfsha_limit=\${nfsha_limit%:*}
    [ "$nfsha_now" -gt "$nfsha_limit" ] || [ "$nfsha_now" -ge "$nfsha_limit_all" ] || continue
    nfsha_kill_tree "\${nfsha_one##*:}"
    nfsha_table="$nfsha_table\${nfsha_one%%:*} late
"
    nfsha_forget "\${nfsha_one%%:*}"
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

/**
 * The script that runs these probes. It answers with three frames: `answers` (a line `INDEX
 * EXITCODE` or `INDEX late` for each), `sizes` (wc's table), `outputs` (all outputs, one after the
 * other, in the table's order). What has not ended when `limitMs` are over is late, however many wait
 * for a lane behind others that hang.
 */
export function composeBatch(probes: readonly Probe<unknown>[], limitMs = longestMs): string {
  if (probes.length === 0) return 'nfsha_frame answers "#0"'
  const cases = probes.map(
    ({ script, maxBytes }, index) =>
      `${index}) ulimit -f ${Math.ceil(maxBytes / blockBytes) + 1}; eval ${quote(script)} ;;`,
  )
  const limits = probes.map(({ deadlineMs }, index) => `nfsha_limit_${index}=${Math.ceil(deadlineMs / 1000)}`)
  return [
    gatherFunction,
    `nfsha_probe() { case $1 in\n${cases.join('\n')}\nesac; }`,
    limits.join(' '),
    `nfsha_gather ${probes.length} ${Math.max(1, Math.floor(limitMs / 1000))}`,
  ].join('\n')
}

/** What the node answered: the payloads of the three frames, as bytes (latin1). */
export interface BatchAnswer {
  readonly answers: string
  readonly sizes: string
  readonly outputs: string
}

/** The facts in an answer. Every probe gets one: what did not answer is unknown, with the reason. */
export function splitBatch(probes: readonly Probe<unknown>[], answer: BatchAnswer): HostFacts {
  const outputs = outputsByIndex(answer)
  const states = new Map(
    [...answer.answers.matchAll(/^([0-9]+) ([0-9]+|late)$/gm)].map(([, index, state]) => [
      Number(index),
      state,
    ]),
  )
  return Object.fromEntries(
    probes.map((probe, index) => [probe.id, factOf(probe, states.get(index), outputs.get(index))]),
  )
}

function outputsByIndex({ sizes, outputs }: BatchAnswer): ReadonlyMap<number, string> {
  const found = new Map<number, string>()
  let offset = 0
  for (const [, size, name] of sizes.matchAll(/^ *([0-9]+) ([0-9]+)$/gm)) {
    const end = offset + Number(size)
    found.set(Number(name), outputs.slice(offset, end))
    offset = end
  }
  return found
}

function factOf(
  probe: Probe<unknown>,
  state: string | undefined,
  written: string | undefined,
): Fact<unknown> {
  if (state === undefined) return unknown('the node did not run it: no room in /run and /tmp, or no mkfifo')
  if (state === 'late') return unknown(`no answer within ${Number((probe.deadlineMs / 1000).toFixed(1))} s`)
  const exitCode = Number(state)
  const isWhole = exitCode !== 0 || written?.endsWith(endMark) === true
  const bytes = (exitCode === 0 && isWhole ? written?.slice(0, -endMark.length) : written) ?? ''
  if (bytes.length > probe.maxBytes) return unknown(`it answered with more than ${probe.maxBytes} bytes`)
  if (!isWhole)
    return unknown('its answer did not arrive whole: see that there is room in /run and /tmp (df, df -i)')
  const stdout = Buffer.from(bytes, 'latin1').toString('utf8')
  if (exitCode === exitAbsent) return absent()
  if (exitCode !== 0) return unknown(lastLine(stdout) ?? `it ended with exit code ${exitCode}`)
  try {
    return probe.parse({ stdout, exitCode })
  } catch (error) {
    return unknown(`its answer cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function lastLine(text: string): string | undefined {
  return text.trimEnd().split('\n').at(-1)?.trim() || undefined
}
