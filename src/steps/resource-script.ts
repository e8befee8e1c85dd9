import { fileStep } from './_file.ts'
import { countsFromNextMove, haFile } from './_ha-file.ts'
import { respectHold } from './_hold.ts'

/**
 * The script that takes and gives up the resource group, and the one that hears what the peer's says
 * over heartbeat. Heartbeat runs them anew each time, so replacing them (atomically) on a live pair
 * is safe: they count from the next start, stop or message on.
 */
export default respectHold(
  fileStep({
    id: 'resource-script',
    title: "Write the resource group's scripts",
    ...countsFromNextMove,
    files: given => [haFile(given, 'resource.d/nfsha', '0755'), haFile(given, 'rc.d/nfsha', '0755')],
  }),
)
