import { expects } from '../core/diff.ts'
import { present } from '../core/fact.ts'
import type { Given } from '../core/step.ts'
import { heartbeat, heartbeatSettled } from '../facts/heartbeat.ts'
import { fileStep } from './_file.ts'
import { haFile } from './_ha-file.ts'
import { restartInPlace } from './_heartbeat-reload.ts'
import { respectHold } from './_hold.ts'

/**
 * ha.cf, and that the running heartbeat has read it. Joint, so that both nodes change at the same
 * time: with other media they do not hear each other in between, which must end before deadtime.
 */
export default respectHold(
  fileStep({
    id: 'ha-cf',
    title: 'Write the Heartbeat configuration',
    joint: true,
    reads: ({ cluster }: Given<undefined>) => ({ heartbeat: heartbeat(cluster.platform.paths) }),
    files: given => [haFile(given, 'ha.cf', '0644')],
    effect({ cluster }, { facts }, _peer, changed) {
      if (facts.heartbeat.state !== 'present' || !facts.heartbeat.value.running) return undefined
      if (changed.length === 0 && facts.heartbeat.value.configLoaded) return undefined
      return {
        summary: 'let the running heartbeat restart itself with it, keeping its resources',
        promise: 'clients notice nothing: the service stays where it is; heartbeat is deaf for a few seconds',
        actions: [restartInPlace(cluster.platform.paths)],
        expect: { self: [expects(heartbeat(cluster.platform.paths), present(heartbeatSettled))] },
      }
    },
  }),
)
