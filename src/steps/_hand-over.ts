import type { Guard, ScriptAction } from '../core/action.ts'
import type { Cluster, Node } from '../core/cluster.ts'
import { groupMark } from '../core/group-command.ts'
import { quote } from '../core/quote.ts'
import { askAgainSeconds } from '../core/standby.ts'

/*
 * The two sides of a switchover as they run, at the same time: the active node asks heartbeat to hand
 * the group over and listens until the other one answers; the target listens to its own take-over.
 * What the group's script logs in the kernel (`nfsha: CLUSTER stop nfsd 700 ms`) is repeated as it
 * comes, without the first two words. Everything is timed by the node's own uptime.
 */

/** A part of the group that takes longer than this is stuck; the script has shorter limits of its own. */
const limitSeconds = 180

/** What both sides need: the kernel's new lines on descriptor 4, by a pipe in memory: the disk may be full. Nothing that may be left behind keeps the lock (descriptor 8). */
function following(cluster: Cluster): string {
  return `told=${quote(`nfsha: ${cluster.name} `)}
asker=
scratch=$(mktemp -d /run/nfsha-move.XXXXXX 2>/dev/null || mktemp -d) || exit 1
trap 'kill "$follower" \${asker:+"$asker"} 2>/dev/null; rm -rf "$scratch"' EXIT
trap 'exit 143' TERM
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
clock() { read -r up _ </proc/uptime; now=\${up%.*}\${up#*.}0; }
clock
asked=$now
{ while :; do ${quote(standby)} all >/dev/null 2>&1; sleep ${askAgainSeconds}; done; } 4<&- 8>&- &
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
${cluster.vips.map(({ address }) => untilAnswers(address)).join('\n')}`,
    timeoutMs: 2 * limitSeconds * 1000,
    guard: fitGuard(cluster, target),
  }
}

/** A NULL call straight to the port, as facts/vip-answers makes it; one that hangs is given up soon. */
function untilAnswers(address: string): string {
  return `until timeout 2 rpcinfo -a ${address}.8.1 -T tcp 100003 4 >/dev/null 2>&1; do
  clock
  [ "$((now - asked))" -lt ${limitSeconds * 1000} ] || { echo "${address} does not answer"; exit 1; }
  sleep 0.1
done
clock
echo "${address} answers after $((now - asked)) ms"`
}

/** Listens to this node's take-over, from its first phase to its end. */
export function takeOver(cluster: Cluster): ScriptAction {
  return {
    kind: 'script',
    title: 'watch the take-over here',
    tells: true,
    script: `${following(cluster)}
# The other node may have been quicker than this one was asked.
[ ! -e ${groupMark} ] || exit 0
while read -r line <&4; do
  case $line in "$told"start*) ;; *) continue ;; esac
  line=\${line#"$told"}
  echo "$line"
  case $line in
  "start total "*" exit code 0") exit 0 ;;
  "start total "*) echo "the group did not start here; see /var/log/ha-log"; exit 1 ;;
  esac
done
echo "the kernel's log ended before the group was taken over; see /var/log/ha-log"
exit 1`,
    timeoutMs: 2 * limitSeconds * 1000,
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
