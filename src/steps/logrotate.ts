import { expects, refusal } from '../core/diff.ts'
import { present } from '../core/fact.ts'
import { unit } from '../facts/unit.ts'
import { systemctl } from './_command.ts'
import { fileStep } from './_file.ts'
import { respectHold } from './_hold.ts'
import { logrotateTimer as timer } from './_install.ts'

/**
 * Takes the place of the rules that heartbeat's package ships for the same logs: logrotate refuses a
 * log that two files name. The timer was not started with its package (see _install.ts).
 */
export default respectHold(
  fileStep({
    id: 'logrotate',
    title: 'Rotate the logs',
    files: ({ cluster, host, render }) => [
      {
        path: `${cluster.platform.paths.logrotateDir}/heartbeat`,
        template: 'etc/logrotate.d/heartbeat',
        content: render('etc/logrotate.d/heartbeat', { cluster, node: host }),
        mode: '0644',
        owner: 'root:root',
      },
    ],
    reads: () => ({ timer: unit(timer) }),
    effect(_given, { facts }) {
      const fact = facts.timer
      if (fact.state === 'unknown')
        return refusal(
          'unknown-unit',
          `the state of ${timer} could not be read: ${fact.reason}`,
          `run \`systemctl status ${timer}\` on the node, then run again`,
        )
      // Without a timer the package's cron job rotates.
      if (fact.state === 'absent') return undefined
      if (fact.value.active === 'active' && fact.value.enabled === 'enabled') return undefined
      return {
        summary: `start ${timer}`,
        actions: [systemctl('enable', '--now', timer)],
        expect: {
          self: [expects(unit(timer), present({ ...fact.value, active: 'active', enabled: 'enabled' }))],
        },
      }
    },
  }),
)
