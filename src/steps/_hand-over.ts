import type { Guard, ScriptAction } from '../core/action.ts'
import { type Cluster, type Node, peerOf } from '../core/cluster.ts'
import {
  groupMark,
  handedOverStartMs,
  peerStartFailedRecord,
  startFailedRecord,
} from '../core/group-command.ts'
import { quote } from '../core/quote.ts'
import { askAgainSeconds, standByFunction } from '../core/standby.ts'

/*
 * The two sides of a switchover as they run, at the same time: the active node asks heartbeat to hand
 * the group over and listens until the other one answers; the target listens to its own take-over, and
 * gives the group back when that fails. What the group's script logs in the kernel (`nfsha: CLUSTER stop
 * nfsd 700 ms`) is repeated as it comes, without the first two words. Everything is timed by the node's
 * own uptime. Which node serves in the end, the one that handed over says: it has both sides' word.
 */

/** A part of the group that takes longer than this is stuck; the script has shorter limits of its own. */
const limitSeconds = 180

/** How long heartbeat may take to begin the start once the peer has given the group up. */
const beginSeconds = 30

/** After so long without a word the group's script hangs in the kernel, past its own limits, and past a kill. */
const hangSeconds = handedOverStartMs / 1000 + 30

/** How often the target looks up from the kernel's log, and asks again to be rid of the group. */
const tickSeconds = 2

/**
 * What both sides need: the kernel's new lines on descriptor 4, by a pipe in memory, since the disk may be full;
 * `failure_in`, which reads a record of a start that failed; and `stand_by`, which asks heartbeat to be rid of the
 * group. Nothing that may be left behind keeps the lock (descriptor 8).
 */
function following(cluster: Cluster): string {
  return `told=${quote(`nfsha: ${cluster.name} `)}
asker=''
ticker=''
scratch=$(mktemp -d /run/nfsha-move.XXXXXX 2>/dev/null || mktemp -d) || exit 1
trap 'kill "$follower" \${asker:+"$asker"} \${ticker:+"$ticker"} 2>/dev/null; rm -rf "$scratch"' EXIT
trap 'exit 143' TERM
failure_in() {
  failure=
  while read -r word rest; do
    case $word in phase) failure=$rest ;; reason) failure="$failure: $rest" ;; esac
  done 2>/dev/null <"$1"
  [ -n "$failure" ]
}
${standByFunction(cluster.platform.paths.heartbeatShare)}
mkfifo "$scratch/log"
dmesg --follow-new --notime >"$scratch/log" 8>&- &
follower=$!
exec 4<"$scratch/log"`
}

/** Asks heartbeat to hand all over, and waits until each VIP answers from wherever it is then. */
export function handOver(cluster: Cluster, target: Node): ScriptAction {
  const standby = `${cluster.platform.paths.heartbeatShare}/hb_standby`
  return {
    kind: 'script',
    title: `${standby} all, and wait until ${target.name} answers`,
    tells: true,
    script: `${following(cluster)}
rm -f ${startFailedRecord} ${peerStartFailedRecord}
clock() { read -r up _ </proc/uptime; now=\${up%.*}\${up#*.}0; }
clock
asked=$now
{ while :; do stand_by; sleep ${askAgainSeconds}; done; } 4<&- 8>&- &
asker=$!
released=
while read -r line <&4; do
  case $line in "$told"stop*) ;; *) continue ;; esac
  if [ -n "$asker" ]; then
    kill "$asker"
    asker=
    clock
    echo "release began after $((now - asked)) ms"
  fi
  line=\${line#"$told"}
  echo "$line"
  case $line in "stop total "*) released=\${line##* }; break ;; esac
done
case $released in
0) ;;
'') echo "the kernel's log ended before the group was given up; see /var/log/ha-log"; exit 1 ;;
*) echo "giving the group up failed; heartbeat tries again, then resets this node: see /var/log/ha-log"; exit 1 ;;
esac
clock
since=$now
${verdicts(cluster, peerOf(cluster, target.name), target)}
${cluster.vips.map(({ address }) => untilAnswers(address)).join('\n')}
came_back`,
    timeoutMs: 3 * limitSeconds * 1000,
    guard: fitGuard(cluster, target),
  }
}

/** How a move that failed ended: the group is back on this node, or on neither. */
function verdicts(cluster: Cluster, here: Node, target: Node): string {
  const takeOver = `${cluster.platform.paths.heartbeatShare}/hb_takeover all`
  return `there() { failure_in ${peerStartFailedRecord} || failure='see /var/log/ha-log there'; }
came_back() {
  [ -e ${groupMark} ] || return 0
  there
  echo "error: ${target.name} could not start the group ($failure); it is back on ${here.name}, which serves"
  echo "fix: mend that on ${target.name}, then move again"
  exit 1
}
nowhere() {
  failure_in ${startFailedRecord} || return 0
  here=$failure
  there
  echo "error: neither node serves: ${target.name} could not start the group ($failure), and ${here.name} could not take it back ($here)"
  echo "fix: mend what keeps one of them from it, then run there: ${takeOver}"
  exit 1
}`
}

/** A NULL call straight to the port, as facts/vip-answers makes it; one that hangs is given up soon. */
function untilAnswers(address: string): string {
  return `until timeout 2 rpcinfo -a ${address}.8.1 -T tcp 100003 4 >/dev/null 2>&1; do
  nowhere
  clock
  [ "$((now - since))" -lt ${limitSeconds * 1000} ] || { echo "${address} does not answer"; exit 1; }
  sleep 0.1
done
clock
echo "${address} answers after $((now - asked)) ms"`
}

/**
 * Listens to this node's take-over, from its first phase to its end. A start that fails, or that heartbeat does not
 * even begin, is not the end: heartbeat is asked to give the group back at once, and again until the other node has
 * it. By itself heartbeat would ask after 30 s, and on its preferred node never (3.0.6).
 */
export function takeOver(cluster: Cluster, giver: Node): ScriptAction {
  const released = cluster.volumes.map(({ name }) => `[ -e ${quote(`/run/nfsha/${name}.peer-released`)} ]`)
  return {
    kind: 'script',
    title: 'watch the take-over here',
    tells: true,
    script: `${following(cluster)}
# The other node may have been quicker than this one was asked.
[ ! -e ${groupMark} ] || exit 0
{ while sleep ${tickSeconds}; do echo tick; done; } >"$scratch/log" 4<&- 8>&- &
ticker=$!
state=waiting waited=0 stops=0
give_back() {
  echo "gives the group back to ${giver.name}"
  rm -f ${peerStartFailedRecord}
  state=giving waited=0
}
on_tick() {
  { read -r _ _ how _ <"/proc/$follower/stat"; } 2>/dev/null || how=Z
  [ "$how" != Z ] || { echo "the kernel's log ended before the group was taken over; see /var/log/ha-log"; exit 1; }
  case $state in
  waiting)
    ${released.join(' && ')} || return 0
    waited=$((waited + ${tickSeconds}))
    [ "$waited" -ge ${beginSeconds} ] || return 0
    echo "heartbeat did not start the group here within ${beginSeconds} s; see /var/log/ha-log"
    give_back
    ;;
  starting)
    waited=$((waited + ${tickSeconds}))
    [ "$waited" -ge ${hangSeconds} ] || return 0
    echo "error: neither node serves: the start hangs here and cannot be ended, so heartbeat cannot give the group back to ${giver.name}"
    echo "fix: reset this node (echo b >/proc/sysrq-trigger); ${giver.name} then takes the group"
    exit 1
    ;;
  giving)
    ! failure_in ${peerStartFailedRecord} || { echo "${giver.name} cannot take it back: $failure"; exit 0; }
    waited=$((waited + ${tickSeconds}))
    [ "$waited" -lt ${limitSeconds} ] || { echo "${giver.name} did not take the group back; see /var/log/ha-log"; exit 1; }
    [ "$stops" -ge 2 ] || stand_by 4<&- 8>&-
    ;;
  esac
}
while read -r line <&4; do
  case $state:$line in
  *:tick) on_tick ;;
  giving:*"peer( Secondary -> Primary )"*) exit 0 ;;
  # The first time heartbeat clears away what was started, the second time it has heard.
  *:"$told""stop total "*) stops=$((stops + 1)) ;;
  *:"$told"start*)
    line=\${line#"$told"}
    echo "$line"
    case $state:$line in
    *:"start total "*" exit code 0") exit 0 ;;
    giving:*) ;;
    *:"start total "*) give_back ;;
    *) state=starting waited=0 ;;
    esac
    ;;
  esac
done
exit 1`,
    timeoutMs: 3 * limitSeconds * 1000,
  }
}

/** The last look before it begins: the target has all data, and heartbeat hears it. */
function fitGuard(cluster: Cluster, target: Node): Guard {
  const volumes = cluster.volumes.map(
    ({ name }) => `now="$(drbdadm cstate ${quote(name)} 2>&1) $(drbdadm dstate ${quote(name)} 2>&1)"
case $now in
'Connected '*/UpToDate | 'Verify'[ST]' '*/UpToDate) ;;
*) echo "${name} is $now"; exit 1 ;;
esac`,
  )
  return {
    expects: `${target.name} to be connected, UpToDate and heard by heartbeat`,
    script: `${volumes.join('\n')}
now=$(timeout 20 cl_status nodestatus ${quote(target.name.toLowerCase())} 2>&1)
[ "$now" = active ] || { echo "heartbeat says that ${target.name} is $now"; exit 1; }`,
  }
}
