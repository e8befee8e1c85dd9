import { rehearsalScript } from '../core/group-command.ts'
import type { Given, NodeFile } from '../core/step.ts'
import { fileStep } from './_file.ts'
import { countsFromNextMove, haFile } from './_ha-file.ts'
import { respectHold } from './_hold.ts'

/**
 * The script that takes and gives up the resource group, the one that hears what the peer's says over
 * heartbeat, and the one that rehearses a takeover. Heartbeat runs them anew each time, so replacing them (atomically) on a live pair
 * is safe: they count from the next start, stop or message on.
 */
export default respectHold(
  fileStep({
    id: 'resource-script',
    title: "Write the resource group's scripts",
    ...countsFromNextMove,
    files: given => [
      haFile(given, 'resource.d/nfsha', '0755'),
      haFile(given, 'rc.d/nfsha', '0755'),
      rehearsalFile(given),
    ],
  }),
)

function rehearsalFile({ cluster, host, render }: Given<undefined>): NodeFile {
  const template = rehearsalScript.slice(1)
  const content = render(template, { cluster, node: host })
  return { path: rehearsalScript, template, content, mode: '0755', owner: 'root:root' }
}
