import type { Node } from '../../core/cluster.ts'
import { groupMark } from '../../core/group-command.ts'
import { askAgainSeconds, standByFunction } from '../../core/standby.ts'
import type { Scene } from '../fault.ts'

const stamp = `stat -c '%i %.9Y' ${groupMark} 2>/dev/null`

/**
 * Tells a node to give the group up. It is asked again, a few times, as long as it has not begun to: else a
 * message that got lost, or heartbeat in transition, would count as a takeover that did not come. A group that came back meanwhile has a
 * mark of another time, and is left alone.
 */
export async function standBy(scene: Scene, node: Node): Promise<void> {
  await scene.run(
    node,
    `${standByFunction(scene.cluster.platform.paths.heartbeatShare)}
stand_by
mark=$(${stamp}) || exit 0
{
  for _ in 1 2 3; do
    sleep ${askAgainSeconds}
    [ "$(${stamp})" = "$mark" ] || exit 0
    stand_by
  done
} </dev/null >/dev/null 2>&1 &`,
  )
}
