import { linksFor } from '../../core/cluster.ts'
import { groupCommand } from '../../core/group-command.ts'
import { quoteArgv } from '../../core/quote.ts'
import type { Fault } from '../fault.ts'
import { undoLater } from './later.ts'
import { standBy } from './stand-by.ts'
import { cutOnBoth, heartbeatCuts, joinOnBoth } from './traffic.ts'

const daemon = 'heartbeat.service'
const startDaemon = `systemctl start ${daemon}`

/** Faults of heartbeat itself and of its media. */
export const heartbeatFaults: readonly Fault[] = [
  {
    name: 'standby',
    summary: 'the active node is told to give the group up (hb_standby all)',
    outcome: 'moves',
    where: 'anywhere',
    healed: 'when-served',
    measures: 'planned',
    inject: scene => standBy(scene, scene.active),
    heal: async () => undefined,
  },
  {
    name: 'clean-stop',
    summary: 'heartbeat is stopped on the active node',
    outcome: 'moves',
    where: 'anywhere',
    healed: 'when-served',
    measures: 'planned',
    inject: scene => scene.fire(scene.active, `systemctl --no-block stop ${daemon}`),
    heal: async scene => {
      await scene.run(scene.active, `systemctl is-active --quiet ${daemon} || systemctl start ${daemon}`)
    },
  },
  {
    name: 'heartbeat-kill',
    summary: "the active node's heartbeat processes are killed; what it serves goes on there",
    outcome: 'may-move',
    where: 'anywhere',
    healed: 'after-deadtime',
    inject: async scene => {
      await scene.run(scene.active, 'pkill -KILL -x heartbeat')
    },
    // systemd does not see the daemon (Type=oneshot): the unit is active still. And heartbeat only starts
    // where nothing of the group is held (verifyallidle), so what went on being served ends here.
    heal: async scene => {
      const giveUp = quoteArgv(groupCommand(scene.cluster, 'stop'))
      await scene.run(
        scene.active,
        `pgrep -x heartbeat >/dev/null || { ${giveUp}; systemctl stop ${daemon}; ${startDaemon}; }`,
      )
    },
  },
  {
    name: 'heartbeat-freeze',
    summary: "the active node's heartbeat is stopped by SIGSTOP for longer than deadtime, then goes on",
    outcome: 'may-move',
    where: 'anywhere',
    healed: 'after-deadtime',
    inject: async scene => {
      await scene.run(
        scene.active,
        `pkill -STOP -x heartbeat && ${undoLater(scene, 'pkill -CONT -x heartbeat')}`,
      )
    },
    heal: async scene => {
      await scene.run(scene.active, 'pkill -CONT -x heartbeat || :')
    },
  },
  {
    name: 'heartbeat-cut',
    summary: 'all heartbeat media are cut between the nodes; replication and service go on',
    outcome: 'may-move',
    where: 'anywhere',
    healed: 'after-deadtime',
    unfit: ({ cluster }) =>
      cluster.heartbeat.media.some(({ kind }) => kind === 'serial')
        ? 'a serial medium cannot be cut from here'
        : undefined,
    inject: scene => cutOnBoth(scene, node => heartbeatCuts(scene.cluster, node)),
    heal: joinOnBoth,
  },
  {
    name: 'gateway-gone',
    summary: 'the ping nodes answer neither node any more: nobody is better off, so nothing is to move',
    outcome: 'stays',
    where: 'anywhere',
    healed: 'after-deadtime',
    unfit: ({ cluster }) =>
      cluster.heartbeat.pingGroups.length === 0 ? 'the cluster has no ping node' : undefined,
    inject: scene =>
      cutOnBoth(scene, () =>
        scene.cluster.heartbeat.pingGroups.flat().map(to => ({ protocol: 'icmp', to: `${to}/32` })),
      ),
    heal: joinOnBoth,
  },
]

/** `heartbeat-medium-cut:LINK`, one for each link that carries a medium. */
export function mediumCut(link: string): Fault {
  return {
    name: `heartbeat-medium-cut:${link}`,
    summary: `heartbeats over ${link} are cut; the other media go on`,
    outcome: 'stays',
    where: 'anywhere',
    healed: 'after-deadtime',
    unfit: ({ cluster }) => {
      if (linksFor(cluster, 'heartbeat').every(({ name }) => name !== link))
        return `${link} carries no heartbeat medium`
      return cluster.heartbeat.media.length < 2
        ? `${link} is the only medium: that is heartbeat-cut`
        : undefined
    },
    inject: scene => cutOnBoth(scene, node => heartbeatCuts(scene.cluster, node, link)),
    heal: joinOnBoth,
  }
}
