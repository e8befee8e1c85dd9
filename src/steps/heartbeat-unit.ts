import type { Given } from '../core/step.ts'
import { unit } from '../facts/unit.ts'
import { loadDropIns } from './_drop-in.ts'
import { fileStep } from './_file.ts'
import { respectHold } from './_hold.ts'

/**
 * The drop-in that makes heartbeat's unit fit what the daemon does: it replaces itself after a healed
 * partition, which the packaged unit takes for its end. It counts from the next start on.
 */
export default respectHold(
  fileStep({
    id: 'heartbeat-unit',
    title: "Write the drop-in of Heartbeat's unit",
    reads: ({ cluster }: Given<undefined>) => ({ unit: unit(cluster.platform.units.heartbeat) }),
    files: ({ cluster, host, render }) => {
      const { paths, units } = cluster.platform
      const template = `etc/systemd/system/${units.heartbeat}.d/nfsha.conf`
      return [
        {
          path: `${paths.unitDir}/${units.heartbeat}.d/nfsha.conf`,
          template,
          content: render(template, { cluster, node: host }),
          mode: '0644',
          owner: 'root:root',
        },
      ]
    },
    effect({ cluster }, { facts }, _peer, changed) {
      const { paths, units } = cluster.platform
      const path = `${paths.unitDir}/${units.heartbeat}.d/nfsha.conf`
      return loadDropIns(
        [{ unit: units.heartbeat, path, fact: facts.unit }],
        changed.map(file => file.path),
      )
    },
  }),
)
