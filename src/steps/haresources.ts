import { fileStep } from './_file.ts'
import { countsFromNextMove, haFile } from './_ha-file.ts'
import { respectHold } from './_hold.ts'

/**
 * The resource group. Heartbeat's ResourceManager reads it anew for each start and stop, so it needs
 * no reload; it must be the same on both nodes, byte for byte (heartbeat, doc/haresources).
 */
export default respectHold(
  fileStep({
    id: 'haresources',
    title: 'Write the resource group for Heartbeat',
    ...countsFromNextMove,
    files: given => [haFile(given, 'haresources', '0644')],
  }),
)
