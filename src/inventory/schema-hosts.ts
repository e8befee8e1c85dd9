import { z } from 'zod'
import * as scalar from './scalars.ts'
import { sshOfHost } from './schema-ssh.ts'
import { parseMulticast, parseVip } from './text.ts'

/* Who there is and how they are wired: nodes, clients, links, VIPs. */

const nodeLink = z.union([
  scalar.cidr.transform(address => ({ address, nic: undefined })),
  z.strictObject({
    nic: scalar.nicName.optional().describe("Interface on this node. Default: the link's name."),
    address: scalar.cidr.describe("The node's address on this link, with its prefix: 192.168.0.210/24."),
  }),
])

export const nodes = z
  .record(
    scalar.hostName,
    z.strictObject({
      ssh: sshOfHost,
      links: z
        .record(scalar.linkName, nodeLink)
        .describe(
          'Its address on each link: em1: 192.168.0.210/24. nfsha never configures addresses, it checks them.',
        ),
      aliases: z
        .array(scalar.hostName)
        .optional()
        .describe('More names in /etc/hosts. Default: the first part of the name, when it has a domain.'),
    }),
  )
  .meta({ minProperties: 2, maxProperties: 2 })
  .describe('The two nodes, by name: exactly what `uname -n` prints there. The first is the preferred one.')

const roles = z.array(z.enum(['service', 'heartbeat', 'replication'])).min(1)

const mcast = z.strictObject({
  kind: z.literal('mcast').describe('Multicast with settings of its own.'),
  group: z
    .string()
    .transform(scalar.read(parseMulticast))
    .prefault('239.0.0.43')
    .describe(
      'Multicast group. Default 239.0.0.43: in the range for private use (RFC 2365), so that it leaves no site.',
    ),
  port: scalar.port
    .prefault(694)
    .describe('UDP port. Default 694, IANA ha-cluster; ha.cf ignores udpport for mcast.'),
  ttl: scalar
    .whole(1, 4)
    .prefault(1)
    .describe(
      'Default 1: not beyond the first router. With 0 no packet would leave the node (ip(7)); heartbeat refuses more than 4.',
    ),
  loop: z
    .union([z.literal(0), z.literal(1)])
    .prefault(0)
    .describe('Default 0: a node need not hear itself.'),
})

const medium = z
  .union([
    z.enum(['ucast', 'bcast']).transform(kind => ({ kind })),
    z
      .literal('mcast')
      .transform(kind => ({ kind }))
      .pipe(mcast),
    mcast,
  ])
  .prefault('ucast')
  .describe(
    'How heartbeats travel on this link. Default ucast: needs nothing of the switch and disturbs nobody; both nodes can have the same ha.cf.',
  )

const link = z.strictObject({
  for: roles.describe('What the link is for: service, heartbeat, replication, or several of them.'),
  medium,
  mtu: scalar
    .whole(576, 65_535)
    .prefault(1500)
    .describe("Bytes; the path between the nodes is checked for it. Default 1500, Ethernet's."),
})

export const links = z
  .record(scalar.linkName, z.union([roles.transform(names => ({ for: names })).pipe(link), link]))
  .describe(
    'What each link is for: em1: [service, heartbeat]. One carries replication, at least one service.',
  )

const vipAddress = z
  .string()
  .meta({ pattern: '^[0-9.]+(/\\d{1,2})?$' })
  .transform(scalar.read(parseVip))
  .describe("The address, with or without its prefix; without, it has the service link's.")

const vip = z.strictObject({
  address: vipAddress,
  link: scalar.linkName
    .optional()
    .describe('The service link that it lives on. Default: the one whose network holds it.'),
  names: z.array(scalar.hostName).prefault([]).describe('Names for it in /etc/hosts. None by default.'),
})

export const vips = z
  .array(
    z.union([
      z
        .string()
        .transform(address => ({ address }))
        .pipe(vip),
      vip,
    ]),
  )
  .min(1)
  .describe('The floating addresses. They all move together with the volumes.')

const mount = z.strictObject({
  export: scalar.path.describe('Path of one of the exports.'),
  path: scalar.path.describe('Where the client mounts it.'),
  options: z
    .array(z.string().regex(/^[^\s,]+$/))
    .prefault(['vers=4.2', 'hard', 'proto=tcp', 'timeo=150', 'retrans=2', 'noatime', '_netdev'])
    .describe(
      'Mount options. Default hard (soft loses writes), and timeo=150,retrans=2 so that a connection outlives a takeover instead of waiting a minute after it.',
    ),
  by: z
    .enum(['boot', 'automount', 'autofs'])
    .prefault('boot')
    .describe(
      'How it comes to be mounted. Default boot: there for everybody, and missed at once when it is not; automount (systemd) mounts when somebody looks, for mounts that are rarely used; autofs does that too, by an indirect map over the directory above, and unmounts again what is idle.',
    ),
})

const watch = z
  .union([
    z.literal('off'),
    z.strictObject({
      every: scalar
        .duration({ min: 10_000, max: 3_600_000, step: 1000 })
        .prefault('30s')
        .describe('How often the mounts are looked at. Default 30s.'),
      patience: scalar
        .duration({ min: 1000, max: 600_000, step: 1000 })
        .prefault('10s')
        .describe(
          'A look that takes so long counts as blocked. Default 10s: longer than a busy server takes, shorter than a takeover that failed.',
        ),
    }),
  ])
  .prefault({})
  .describe(
    'The watchdog nfsha-mountwatch, which mounts what was lost and tells what is blocked. Default on; off for none.',
  )

export const clients = z
  .record(
    scalar.hostName,
    z.strictObject({
      ssh: sshOfHost,
      mounts: z
        .array(mount)
        .prefault([])
        .describe('What it mounts through the first VIP. Nothing by default.'),
      'autofs-idle': scalar
        .duration({ min: 10_000, max: 86_400_000, step: 1000 })
        .prefault('300s')
        .describe(
          "How long a mount by autofs may be idle until it is unmounted. Default 300s, autofs's own: a pause in the work does not end it, and a connection that nobody uses does not stay for good.",
        ),
      watch,
    }),
  )
  .prefault({})
  .describe(
    'Clients that nfsha may reach by SSH, to prove the service from outside and to mount it there (`nfsha clients`). Their failure never blocks the nodes.',
  )
