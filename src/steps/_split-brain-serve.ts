import type { ScriptAction } from '../core/action.ts'
import type { Cluster, Node, Volume } from '../core/cluster.ts'
import { groupCommand } from '../core/group-command.ts'
import { quote, quoteArgv } from '../core/quote.ts'
import { movingScripts } from '../facts/heartbeat.ts'

/** Between a peer's farewell and the start of a take-over heartbeat may think for so long; then it leaves it. */
const quietSeconds = 4
/** The victim gives up, and heartbeat's own attempts end, well within this. */
const limitSeconds = 400

/**
 * The node whose data are kept starts to serve: its promotion guard is told that these data count, and
 * once heartbeat says that the other node has left, and takes nothing over by itself any more, the
 * group's own script starts what is missing. heartbeat counts the group as this node's then.
 */
export function serveAlone(cluster: Cluster, victim: Node, volumes: readonly Volume[]): ScriptAction {
  const marks = volumes.map(({ name }) => quote(`/var/lib/nfsha/guard/${name}.chosen`))
  const moving = quote(movingScripts(cluster.platform.paths))
  return {
    kind: 'script',
    title: `serve with the data here once ${victim.name} has left`,
    script: [
      ...(cluster.group === 'lean' && marks.length > 0
        ? ['(umask 077 && mkdir -p /var/lib/nfsha/guard)', `touch ${marks.join(' ')} || exit 1`]
        : []),
      `moving() { [ -e /run/nfsha/group.mending ] || grep -qaE ${moving} /proc/[0-9]*/cmdline 2>/dev/null; }`,
      'waited=0 quiet=0',
      `while [ "$quiet" -lt ${quietSeconds} ]; do`,
      `  [ "$waited" -lt ${limitSeconds} ] || { echo "heartbeat says that ${victim.name} is \${status:-unknown}, or still moves resources"; exit 1; }`,
      '  sleep 1',
      '  waited=$((waited + 1)) quiet=$((quiet + 1))',
      `  status=$(timeout 20 cl_status nodestatus ${quote(victim.name.toLowerCase())} 2>/dev/null)`,
      '  [ "$status" = dead ] && ! moving || quiet=0',
      'done',
      // Not at a line's beginning: it would pass for one of heartbeat's scripts at work.
      `exec ${quoteArgv(groupCommand(cluster, 'start'))}`,
    ].join('\n'),
    timeoutMs: (limitSeconds + 200) * 1000,
  }
}
