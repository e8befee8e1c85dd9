import { expects } from '../core/diff.ts'
import { present } from '../core/fact.ts'
import type { Given } from '../core/step.ts'
import { heartbeat } from '../facts/heartbeat.ts'
import { fileStep } from './_file.ts'
import { haFile } from './_ha-file.ts'
import { keepKeys, rereadKeys } from './_heartbeat-reload.ts'
import { respectHold } from './_hold.ts'

/**
 * authkeys, and that the running heartbeat has read it. Joint, so that both nodes change it at the
 * same time: in between they do not understand each other, which must end long before deadtime.
 */
export default respectHold(
  fileStep({
    id: 'authkeys',
    title: 'Write the Heartbeat authentication key',
    joint: true,
    reads: ({ cluster }: Given<undefined>) => ({ heartbeat: heartbeat(cluster.platform.paths) }),
    files: given => [haFile(given, 'authkeys', '0600')],
    effect({ cluster }, { facts }, _peer, changed) {
      if (facts.heartbeat.state !== 'present' || !facts.heartbeat.value.running) return undefined
      if (changed.length === 0 && facts.heartbeat.value.keysLoaded) return undefined
      const loaded = present({ ...facts.heartbeat.value, keysLoaded: true })
      return {
        summary: 'let the running heartbeat read it',
        promise:
          'clients notice nothing: both nodes change it together, and go back to the old key unless both agree',
        ...(changed.length > 0 && { before: [keepKeys(cluster.platform.paths)] }),
        actions: [rereadKeys(cluster.platform.paths, cluster.heartbeat)],
        expect: { self: [expects(heartbeat(cluster.platform.paths), loaded)] },
      }
    },
  }),
)
