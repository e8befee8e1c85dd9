import type { Cluster } from '../core/cluster.ts'
import { type Hit, type LintRule, when } from './lint-rule.ts'

/** Plugins that reset nothing, or only a machine that is well: for trials. */
const trialPlugins = ['null', 'external/ssh', 'ssh']

function witnessCount({ fencing: { witness } }: Cluster): number {
  return witness.pings.length + witness.tcp.length
}

/** Rules over what keeps two nodes from being active. */
export const fencingRules: readonly LintRule[] = [
  {
    id: 'no-fencing',
    severity: 'note',
    title: 'a node can be fenced',
    reason:
      'in a full partition both nodes become active; the promotion guard bounds the loss, it does not prevent it',
    explanation:
      'Without STONITH or a witness nobody can tell a dead peer from a cut cable. If all heartbeat media fail at once, or a node freezes for longer than deadtime and thaws, both are active and both take writes. Afterwards the lean group refuses to promote the stale side until a person chooses, and keeps the data of both; the chain of stock agents does not, and acknowledged writes were seen to vanish from view. More and independent heartbeat media make the case rare; `fencing: { mode: witness }` needs nothing but a ping node that both nodes reach.',
    check: ({ fencing, group }) =>
      when(fencing.mode === 'none', {
        path: ['group'],
        message: `no fencing${group === 'lean' ? ': the promotion guard is what limits a split-brain' : ', and no promotion guard (group: standard)'}`,
        fix:
          group === 'lean'
            ? 'nothing now, if heartbeat media are independent of each other; else see fencing.mode'
            : 'use `group: lean`, which has the promotion guard',
        severity: group === 'lean' ? 'note' : 'warning',
      }),
  },
  {
    id: 'fencing-no-witness',
    severity: 'error',
    title: 'there is a witness to ask',
    reason: 'without one an isolated node and one whose peer is dead look alike',
    explanation:
      'In mode witness a node that lost its peer goes on, or takes over, only while more than half of the witnesses answer it. Without any, nobody ever could. In mode stonith a witness is not needed, but without one it is a matter of speed which node resets the other when they lose each other, and the one that is cut off from the clients may win.',
    check: cluster => {
      const { mode } = cluster.fencing
      return when(mode !== 'none' && witnessCount(cluster) === 0, {
        path: ['fencing'],
        message: `fencing has no witness, neither its own nor a ping node of heartbeat's`,
        fix: 'name the gateway: `heartbeat: { ping: [192.168.0.1] }`, or addresses below fencing.witness',
        severity: mode === 'witness' ? 'error' : 'warning',
      })
    },
  },
  {
    id: 'fencing-own-witness',
    severity: 'error',
    title: 'a witness is neither a node nor a VIP',
    reason: 'a node would be its own witness, and every isolated node would serve',
    explanation:
      'A witness must be reached over the network that the clients use, and must not fail with a node. An address of a node always answers that node itself.',
    check: ({ nodes, vips, fencing: { witness } }) => {
      const own = new Set([
        ...nodes.flatMap(({ links }) => Object.values(links).map(({ address }) => address)),
        ...vips.map(({ address }) => address),
      ])
      return [...witness.pings, ...witness.tcp.map(({ address }) => address)]
        .filter(address => own.has(address))
        .map(address => ({
          path: ['fencing', 'witness'],
          message: `the witness ${address} is an address of the pair itself`,
          fix: 'name a machine outside the pair: the gateway of the service network',
        }))
    },
  },
  {
    id: 'fencing-no-device',
    severity: 'error',
    title: 'each node can be reset by the other',
    reason: 'heartbeat takes nothing over from a node that it cannot reset',
    explanation:
      'In mode stonith a takeover waits until the peer has been reset, for ever if need be. A node without a device that resets it can fail, and nobody takes over; and an active node that loses such a peer keeps its writes frozen.',
    check: ({ nodes, fencing }) =>
      fencing.mode !== 'stonith'
        ? []
        : nodes
            .filter(({ name }) => (fencing.devices[name] ?? []).length === 0)
            .map(({ name }) => ({
              path: ['fencing'],
              message: `nothing can reset ${name}`,
              fix: `name what can: \`devices: { ${name}: { plugin: external/ipmi, params: {…} } }\``,
            })),
  },
  {
    id: 'fencing-unused',
    severity: 'warning',
    title: 'STONITH devices are used',
    reason: 'they look like a protection that is not there',
    explanation:
      'Devices count in mode stonith only: in the other modes neither heartbeat nor DRBD ever calls one.',
    check: ({ fencing }) =>
      when(fencing.mode !== 'stonith' && Object.keys(fencing.devices).length > 0, {
        path: ['fencing', 'devices'],
        message: `there are STONITH devices, but fencing.mode is ${fencing.mode}`,
        fix: 'set `mode: stonith`, or remove the devices',
      }),
  },
  {
    id: 'fencing-trial-plugin',
    severity: 'warning',
    title: 'STONITH devices reset a node that hangs',
    reason: 'a plugin that only pretends, or that asks the victim, makes two active nodes',
    explanation:
      'null resets nothing and reports success. ssh and external/ssh ask the victim to reboot itself, and call it dead when it does not answer a ping, which a cut cable does just as well (cluster-glue, external/ssh: "for testing only").',
    check: ({ fencing }) =>
      Object.entries(fencing.devices).flatMap(([node, devices]) =>
        devices.flatMap(({ plugin }, index): readonly Hit[] =>
          when(trialPlugins.includes(plugin), {
            path: ['fencing', 'devices', node, index, 'plugin'],
            message: `${plugin} cannot reset a node that hangs or is cut off`,
            fix: 'use what controls its power: external/ipmi, a power switch, the hypervisor',
          }),
        ),
      ),
  },
  {
    id: 'fencing-policy',
    severity: 'error',
    title: "DRBD's fencing policy fits the mode",
    reason: 'DRBD asks the handler only under its own policy, and freezes writes only under one of them',
    explanation:
      "dont-care never asks, so a witness or a STONITH device would guard nothing but heartbeat's own takeover. resource-only asks, but goes on writing meanwhile: what the active node acknowledges between a partition and its end by reset is lost. resource-and-stonith freezes writes until the peer is known to be outdated or down; in mode none nobody can tell, and they would stay frozen.",
    check: ({ drbd, fencing }) => {
      const isNone = fencing.mode === 'none'
      const message = `drbd.fencing is ${drbd.fencing} with fencing.mode ${fencing.mode}`
      const wrong = isNone ? drbd.fencing === 'resource-and-stonith' : drbd.fencing === 'dont-care'
      return [
        ...when(wrong, {
          path: ['drbd', 'fencing'],
          message,
          fix: 'remove drbd.fencing: it follows the mode',
        }),
        ...when(!isNone && drbd.fencing === 'resource-only', {
          path: ['drbd', 'fencing'],
          message: `${message}: writes go on while the peer is being dealt with`,
          fix: 'remove drbd.fencing, unless a short loss of writes is better than a short freeze',
          severity: 'warning',
        }),
      ]
    },
  },
  {
    id: 'fencing-outdate-off',
    severity: 'error',
    title: 'a peer that is only cut from replication can be outdated',
    reason: 'else each loss of the replication link freezes the active node',
    explanation:
      'When only the replication link fails, dopd asks the peer over heartbeat to call its data outdated, and the active node goes on at once. Without it, the handler finds a peer that lives and cannot say what it will do. In mode stonith the peer would be reset for a pulled cable, which at least ends.',
    check: ({ drbd, fencing }) =>
      when(drbd.fencing !== 'dont-care' && !fencing.outdate, {
        path: ['fencing', 'outdate'],
        message: 'outdate is off',
        fix: 'remove it',
        severity: fencing.mode === 'stonith' ? 'warning' : 'error',
      }),
  },
  {
    id: 'takeover-standard',
    severity: 'error',
    title: 'the takeover policy is obeyed',
    reason: "only the lean group's script looks at it",
    explanation:
      'Heartbeat itself has no such policy: the promotion guard in the lean group holds a takeover back, or waits. The chain of stock agents takes over at once.',
    check: ({ group, fencing }) =>
      when(group === 'standard' && fencing.takeover !== 'automatic', {
        path: ['fencing', 'takeover'],
        message: `takeover is ${fencing.takeover}, and group is standard`,
        fix: 'use `group: lean`',
      }),
  },
  {
    id: 'outdate-standard',
    severity: 'warning',
    title: 'a peer that says its data are outdated has them so',
    reason: "only the lean group's scripts make sure of it",
    explanation:
      "The two ends of a cut replication link notice the cut up to ping-int apart. On the end that is later, dopd's `drbdadm outdate` succeeds and changes nothing (seen on the lab), the active node goes on alone, and when it dies next, the standby serves older data. With the lean group the peer lets go of its dead connection first, and the answer is believed once DRBD over there shows it; the chain of stock agents has no script there to ask.",
    check: ({ group, drbd, fencing }) =>
      when(group === 'standard' && drbd.fencing !== 'dont-care' && fencing.outdate, {
        path: ['group'],
        message: `group is standard, and the peer's word that its data are outdated is believed unseen`,
        fix: 'use `group: lean`',
      }),
  },
]
