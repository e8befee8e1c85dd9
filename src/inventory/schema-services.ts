import { z } from 'zod'
import * as scalar from './scalars.ts'

/* The services around the data: heartbeat, time, hosts, secrets. NFS has a file of its own. */

const serialLine = z.strictObject({
  device: scalar
    .word(/^\/dev\/[A-Za-z0-9/._-]+$/, 'a serial device', 'name it as /dev/ttyS0')
    .describe('Serial device, such as /dev/ttyS1.'),
  baud: z
    .union([9600, 19200, 38400, 57600, 115200, 230400, 460800].map(rate => z.literal(rate)))
    .prefault(19200)
    .describe("Default 19200, heartbeat's own; a heartbeat fits in it every second."),
})

const serial = z.union([
  z
    .string()
    .meta({ pattern: '^/dev/' })
    .transform(device => ({ device }))
    .pipe(serialLine),
  serialLine,
])

/** The longest keepalive that is derived: heartbeat's own default. */
export const mostKeepaliveMs = 1000

/** The least initdead that is derived: spanning tree holds a port back for about 30 s. */
export const leastInitdeadMs = 30_000

export const heartbeat = z
  .strictObject({
    keepalive: scalar
      .duration({ min: 50 })
      .optional()
      .describe(
        `Time between heartbeats. Default: ten of them in a deadtime, but ${mostKeepaliveMs / 1000}s at most. ipfail gives up a node without network two of them after it knows.`,
      ),
    deadtime: scalar
      .duration({ min: 200 })
      .prefault('10s')
      .describe(
        'A node silent for so long is dead. Default 10s: measure late heartbeats (warntime) under load before going to 5.',
      ),
    warntime: scalar
      .duration({ min: 50 })
      .optional()
      .describe(
        'Log a heartbeat later than this. Default: half of deadtime, so that there is a warning before a takeover.',
      ),
    initdead: scalar
      .duration({ min: 200 })
      .optional()
      .describe(
        `At boot, wait so long for a peer never seen. Default: ${leastInitdeadMs / 1000}s, or twice deadtime if that is more; switches take that long to let traffic through.`,
      ),
    deadping: scalar
      .duration({ min: 200 })
      .optional()
      .describe('As deadtime, for ping nodes. Default: as deadtime.'),
    udpport: scalar.port.prefault(694).describe('UDP port of ucast and bcast. Default 694, IANA ha-cluster.'),
    serial: scalar
      .oneOrMore(serial)
      .prefault([])
      .describe(
        'Serial lines between the nodes, as media of their own. None by default; the best second medium where there is one NIC.',
      ),
    auto_failback: scalar.flag
      .prefault(false)
      .describe(
        'Move back to the preferred node when it returns. Default off: each recovery would cost a second outage.',
      ),
    ping: scalar
      .oneOrMore(z.union([scalar.address, z.array(scalar.address).min(1)]))
      .prefault([])
      .describe(
        'Addresses outside the pair that tell a node whether its own network works, the gateway say; a list in the list is a ping_group. None by default: nobody else can know them.',
      ),
    ipfail: scalar.flag
      .optional()
      .describe(
        'Move the group when this node sees fewer ping nodes than its peer. Default: on when there are ping nodes.',
      ),
    auth: z
      .enum(['sha1', 'md5', 'crc'])
      .prefault('sha1')
      .describe(
        'How heartbeats are signed. Default sha1, the strongest that heartbeat has; crc is no authentication.',
      ),
    watchdog: z
      .enum(['off', 'softdog', 'device'])
      .prefault('off')
      .describe(
        'Reset this node when heartbeat itself hangs. Default off: with softdog a loaded host resets healthy nodes; device is a real /dev/watchdog.',
      ),
    autostart: scalar.flag
      .prefault(true)
      .describe(
        'Start heartbeat at boot. Default on: the service comes back by itself after a power cut. off: people start it, as the articles do.',
      ),
    logfacility: z
      .enum([
        'daemon',
        'local0',
        'local1',
        'local2',
        'local3',
        'local4',
        'local5',
        'local6',
        'local7',
        'none',
      ])
      .prefault('daemon')
      .describe('Syslog facility. Default daemon: it lands in the journal without further set-up.'),
  })
  .prefault({})
  .describe("Heartbeat's timers and policy, by ha.cf's own words. A time without a unit is seconds.")

export const time = z
  .strictObject({
    sync: z
      .enum(['chrony', 'systemd-timesyncd', 'unmanaged'])
      .prefault('chrony')
      .describe(
        'What keeps the clock. Default chrony: it steps a clock that is far off at start, and can say how well it does. unmanaged: something of yours does.',
      ),
    servers: z
      .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/))
      .prefault([])
      .describe("NTP servers, names or addresses. Default none: the distribution's own pool stays."),
  })
  .prefault({})
  .describe('Time synchronisation: logs of two nodes are only comparable on one clock.')

export const routes = z
  .union([scalar.flag, z.array(scalar.linkName)])
  .prefault(true)
  .describe(
    'Host routes (/32) to the peer, kept over reboot. Default on, for links without service traffic: heartbeat and replication never leave by another interface. A list names the links; off: none.',
  )

const hostsEntry = z.strictObject({
  address: scalar.address.describe('The address of the line.'),
  names: z.array(scalar.hostName).min(1).describe('Its names: the canonical one first.'),
})

export const hosts = z
  .strictObject({
    manage: scalar.flag
      .prefault(true)
      .describe(
        'Keep a block in /etc/hosts with both nodes. Default on: the pair must find each other without DNS, and so must what tells NFS 3 clients of a takeover find the VIP.',
      ),
    extra: z.array(hostsEntry).prefault([]).describe('More lines for the block. None by default.'),
  })
  .prefault({})
  .describe("The block of /etc/hosts: nodes by their service address, with aliases, and the VIPs' names.")

const secretNames = {
  salt: scalar.secretReference
    .optional()
    .describe(
      'Keys the fingerprints that stand for secrets in plans. Without one a changed secret shows as "changed" only.',
    ),
  authkey: scalar.secretReference
    .optional()
    .describe('Signs heartbeats (authkeys). Needed unless auth is crc.'),
  drbd: scalar.secretReference
    .optional()
    .describe('DRBD peers prove that they know it; at most 64 characters.'),
}

export const secrets = z
  .union([
    z
      .string()
      .regex(/^file:[^#]+$/, 'one reference for all secrets is file:PATH, holding salt, authkey and drbd'),
    z.strictObject(secretNames),
  ])
  .prefault({})
  .describe(
    'References to the secrets, never the secrets: env:NAME, file:PATH#KEY, command:COMMAND LINE. file:PATH alone: that file has the keys salt, authkey and drbd; `nfsha init` makes it.',
  )
