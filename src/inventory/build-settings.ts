import type { Platform } from '../core/platform.ts'
import type {
  DrbdSettings,
  HeartbeatMedium,
  HeartbeatSettings,
  MonitorSettings,
  NfsSettings,
} from '../core/settings.ts'
import type { Surroundings } from './build-hosts.ts'
import type { Inventory } from './schema.ts'
import { leastInitdeadMs, mostKeepaliveMs } from './schema-services.ts'

/** The media in the order of the links, then the serial lines. */
export function buildMedia(inventory: Inventory): readonly HeartbeatMedium[] {
  const onLinks = Object.entries(inventory.links)
    .filter(([, link]) => link.for.includes('heartbeat'))
    .map(([link, { medium }]) => ({ ...medium, link }))
  const onLines = inventory.heartbeat.serial.map(line => ({ kind: 'serial' as const, ...line }))
  return [...onLinks, ...onLines]
}

export function buildHeartbeat(inventory: Inventory, around: Surroundings): HeartbeatSettings {
  const { heartbeat } = inventory
  const key = heartbeat.auth === 'crc' ? undefined : around.secretOf('authkey')
  return {
    keepaliveMs:
      heartbeat.keepalive ?? Math.min(mostKeepaliveMs, Math.max(50, Math.round(heartbeat.deadtime / 10))),
    warntimeMs: heartbeat.warntime ?? Math.round(heartbeat.deadtime / 2),
    deadtimeMs: heartbeat.deadtime,
    initdeadMs: heartbeat.initdead ?? Math.max(leastInitdeadMs, 2 * heartbeat.deadtime),
    deadpingMs: heartbeat.deadping ?? heartbeat.deadtime,
    udpPort: heartbeat.udpport,
    media: buildMedia(inventory),
    autoFailback: heartbeat.auto_failback,
    pingGroups: heartbeat.ping.map(each => (typeof each === 'string' ? [each] : each)),
    ipfail: heartbeat.ipfail ?? heartbeat.ping.length > 0,
    auth: { method: heartbeat.auth, ...(key === undefined ? {} : { key }) },
    watchdog: heartbeat.watchdog,
    autostart: heartbeat.autostart,
    logFacility: heartbeat.logfacility,
  }
}

export function buildDrbd({ drbd, fencing }: Inventory, around: Surroundings): DrbdSettings {
  const sharedSecret = around.secretOf('drbd')
  return {
    timeoutMs: drbd.timeout,
    pingIntMs: drbd['ping-int'],
    pingTimeoutMs: drbd['ping-timeout'],
    connectIntMs: drbd['connect-int'],
    koCount: drbd['ko-count'],
    maxBuffers: drbd['max-buffers'],
    maxEpochSize: drbd['max-epoch-size'],
    sndbufSize: drbd['sndbuf-size'],
    alExtents: drbd['al-extents'],
    resyncRate: drbd['resync-rate'],
    cMinRate: drbd['c-min-rate'],
    cMaxRate: drbd['c-max-rate'],
    // drbd.conf(5): tenths of a second, and sectors of 512 bytes.
    cPlanAhead: drbd['c-plan-ahead'] / 100,
    cFillTarget: Math.floor(drbd['c-fill-target'] / 512),
    verifyAlg: drbd['verify-alg'],
    cramHmacAlg: drbd['cram-hmac-alg'],
    ...(sharedSecret === undefined ? {} : { sharedSecret }),
    onIoError: drbd['on-io-error'],
    diskFlushes: drbd['disk-flushes'],
    mdFlushes: drbd['md-flushes'],
    fencing: drbd.fencing ?? (fencing.mode === 'none' ? 'dont-care' : 'resource-and-stonith'),
    afterSb0pri: drbd['after-sb-0pri'],
    afterSb1pri: drbd['after-sb-1pri'],
    afterSb2pri: drbd['after-sb-2pri'],
    rrConflict: drbd['rr-conflict'],
  }
}

export function buildNfs({ nfs, cluster }: Inventory): NfsSettings {
  const scope = nfs.scope ?? `nfsha-${cluster}`
  return {
    threads: nfs.threads,
    v3: nfs.v3,
    v40: nfs.v40,
    portmapper: nfs.v3 || nfs.portmapper === 'keep',
    graceSeconds: nfs['grace-time'] / 1000,
    leaseSeconds: nfs['lease-time'] / 1000,
    mountdPort: nfs['mountd-port'],
    statdPort: nfs['statd-port'],
    statdOutgoingPort: nfs['statd-outgoing-port'],
    lockdPort: nfs['lockd-port'],
    ...(scope === 'off' || scope === false ? {} : { scope }),
    clientDatabaseOnVolume: nfs['client-database-on-volume'],
    tickle: nfs.tickle,
    gratuitousArp: nfs['gratuitous-arp'],
    lockRecovery: nfs['lock-recovery'],
    vipLast: nfs['vip-last'],
  }
}

/** The secret's name is its place in the inventory; see secrets.ts. */
export function buildMonitor({ monitor }: Inventory, around: Surroundings): MonitorSettings {
  const { command, mail } = monitor.notify
  const webhook = around.secretOf('monitor.notify.webhook')
  return {
    enabled: monitor.enabled,
    intervalMs: monitor.interval,
    checkTimeoutMs: monitor['check-timeout'],
    failures: monitor.failures,
    localRestart: monitor['local-restart'],
    handOver: monitor['hand-over'],
    pauseMs: monitor.pause,
    maxHandOvers: monitor['max-hand-overs'],
    startPatienceMs: monitor['start-patience'],
    releaseTimeoutMs: monitor['release-timeout'],
    reset: monitor.reset,
    repeatMs: monitor.repeat,
    fullPercent: monitor['full-percent'],
    slowAfterMs: monitor['slow-after'],
    notify: {
      ...(command !== undefined && { command }),
      ...(mail !== undefined && { mail }),
      ...(webhook !== undefined && { webhook }),
    },
  }
}

/** All packages: the platform's for what this cluster uses, and the inventory's own; sorted, each once. */
export function buildPackages(inventory: Inventory, platform: Platform): readonly string[] {
  const { packages } = platform
  const usesXfs = Object.values(inventory.volumes).some(volume => volume.fs === 'xfs')
  const names = [
    ...packages.heartbeat,
    ...packages.drbd,
    ...packages.nfs,
    ...(inventory.nfs.v40 && inventory.nfs['client-database-on-volume'] ? packages.nfs40 : []),
    ...packages.tools,
    ...(inventory.time.sync === 'chrony' ? packages.time : []),
    ...(usesXfs ? packages.xfs : []),
    ...Object.values(inventory.fencing.devices)
      .flat()
      .flatMap(({ plugin }) => platform.stonithPackages[plugin] ?? []),
    ...(inventory.monitor.notify.webhook === undefined ? [] : packages.webhook),
    ...inventory.packages,
  ]
  return [...new Set(names)].sort()
}
