import { expects } from '../core/diff.ts'
import { present } from '../core/fact.ts'
import type { Given } from '../core/step.ts'
import { heartbeat } from '../facts/heartbeat.ts'
import { fileStep } from './_file.ts'
import { haFile } from './_ha-file.ts'
import { rereadKeys } from './_heartbeat-reload.ts'
import { respectHold } from './_hold.ts'

/**
 * authkeys, and that the running heartbeat has read it. Both nodes at the same time: between the two
 * they do not understand each other, which must stay far below deadtime.
 */
export default respectHold(
  fileStep({
    id: 'authkeys',
    title: 'Write the Heartbeat authentication key',
    reads: ({ cluster }: Given<undefined>) => ({ heartbeat: heartbeat(cluster.platform.paths) }),
    files: given => [haFile(given, 'authkeys', '0600')],
    effect({ cluster }, { facts }, _peer, changed) {
      if (facts.heartbeat.state !== 'present' || !facts.heartbeat.value.running) return undefined
      if (changed.length === 0 && facts.heartbeat.value.keysLoaded) return undefined
      const loaded = present({ ...facts.heartbeat.value, keysLoaded: true })
      return {
        summary: 'let the running heartbeat read it',
        actions: [rereadKeys(cluster.platform.paths)],
        expect: { self: [expects(heartbeat(cluster.platform.paths), loaded)] },
      }
    },
  }),
)
