import { type LintRule, when } from './lint-rule.ts'

/** Rules over the watch of the service. */
export const monitorRules: readonly LintRule[] = [
  {
    id: 'no-monitor',
    severity: 'warning',
    title: 'the service is watched',
    reason: 'heartbeat watches nodes, not services: a hung nfsd on a living node stays hung',
    explanation:
      'Heartbeat moves the group when a node dies. It does not see that nfsd was killed, that it hangs, or that the file system does; and when the start of the group fails on the preferred node, it leaves it down there. nfsha-monitor does what is left: a restart, then a hand-over to a peer that is well.',
    check: ({ monitor }) =>
      when(!monitor.enabled, {
        path: ['monitor', 'enabled'],
        message: 'the monitor is off',
        fix: 'leave it on; `hand-over: off` and `local-restart: off` let it only tell',
      }),
  },
  {
    id: 'monitor-pause',
    severity: 'warning',
    title: 'what fails on both nodes does not go to and fro',
    reason: 'a pause shorter than a failure takes to be found lets the group move again and again',
    explanation:
      'A fault that moves with the group, an export of a directory that is gone say, fails on the other node too. The pause after a move is what keeps the service in one place meanwhile; it must be longer than the failures, a restart and a takeover together, or it is none.',
    check: ({ monitor, heartbeat }) => {
      const detectionMs = (monitor.failures + 1) * (monitor.intervalMs + monitor.checkTimeoutMs)
      const leastMs = 2 * detectionMs + heartbeat.deadtimeMs
      return when(monitor.enabled && monitor.handOver && monitor.pauseMs < leastMs, {
        path: ['monitor', 'pause'],
        message: `pause is ${monitor.pauseMs / 1000} s, and to find a failure twice and move takes up to ${Math.ceil(leastMs / 1000)} s`,
        fix: `set a pause of ${Math.ceil(leastMs / 1000)}s or more; 10min is the default`,
      })
    },
  },
]
