import { fileStep } from './_file.ts'
import { haFile } from './_ha-file.ts'
import { respectHold } from './_hold.ts'

/**
 * The script that takes and gives up the resource group. Heartbeat runs it anew for each start, stop
 * and status, so replacing it (atomically) on a live pair is safe: it counts from the next one on.
 */
export default respectHold(
  fileStep({
    id: 'resource-script',
    title: "Write the resource group's script",
    files: given => [haFile(given, 'resource.d/nfsha', '0755')],
  }),
)
