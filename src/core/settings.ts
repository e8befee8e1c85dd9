import type { Secret } from './secret.ts'

/* How the services of a cluster are set: every default resolved, every unit in the name. */

/** A heartbeat medium of ha.cf(5), on one link (serial: on none). */
export type HeartbeatMedium =
  | { readonly kind: 'ucast'; readonly link: string }
  | { readonly kind: 'bcast'; readonly link: string }
  | {
      readonly kind: 'mcast'
      readonly link: string
      readonly group: string
      readonly port: number
      readonly ttl: number
      readonly loop: 0 | 1
    }
  | { readonly kind: 'serial'; readonly device: string; readonly baud: number }

export interface HeartbeatSettings {
  /** Milliseconds, all of them. */
  readonly keepaliveMs: number
  readonly warntimeMs: number
  readonly deadtimeMs: number
  readonly initdeadMs: number
  readonly deadpingMs: number
  readonly udpPort: number
  readonly media: readonly HeartbeatMedium[]
  readonly autoFailback: boolean
  /** Each inner list of one is a `ping`, of several a `ping_group`. */
  readonly pingGroups: readonly (readonly string[])[]
  readonly ipfail: boolean
  readonly auth: { readonly method: 'sha1' | 'md5' | 'crc'; readonly key?: Secret }
  readonly watchdog: 'off' | 'softdog' | 'device'
  readonly autostart: boolean
  readonly logFacility: string
}

export interface DrbdSettings {
  readonly timeoutMs: number
  readonly pingIntMs: number
  readonly pingTimeoutMs: number
  readonly connectIntMs: number
  readonly koCount: number
  readonly maxBuffers: number
  readonly maxEpochSize: number
  readonly sndbufSize: number
  readonly alExtents: number
  /** KiB/s; c-min-rate, c-max-rate; resyncRate is where the controller starts. */
  readonly resyncRate: number
  readonly cMinRate: number
  readonly cMaxRate: number
  readonly cPlanAhead: number
  readonly cFillTarget: number
  readonly verifyAlg: string
  readonly cramHmacAlg: string
  readonly sharedSecret?: Secret
  readonly onIoError: 'detach' | 'pass_on' | 'call-local-io-error'
  readonly diskFlushes: boolean
  readonly mdFlushes: boolean
  readonly fencing: 'dont-care' | 'resource-only' | 'resource-and-stonith'
  readonly afterSb0pri: string
  readonly afterSb1pri: string
  readonly afterSb2pri: string
  readonly rrConflict: string
}

export interface NfsSettings {
  readonly threads: number
  readonly v3: boolean
  readonly v40: boolean
  /** Whether the portmapper and statd may run on the nodes: NFS 3 needs them, or something else does. */
  readonly portmapper: boolean
  /** Seconds, at least 10 (fs/nfsd/nfsctl.c). */
  readonly graceSeconds: number
  readonly leaseSeconds: number
  readonly mountdPort: number
  readonly statdPort: number
  readonly statdOutgoingPort: number
  readonly lockdPort: number
  /** One server scope on both nodes, so that v4 clients may reclaim; without one it is each node's name. */
  readonly scope?: string
  /** The remedies against the stall, each can be switched off so that a drill shows its worth. */
  readonly clientDatabaseOnVolume: boolean
  readonly tickle: boolean
  readonly gratuitousArp: boolean
  readonly lockRecovery: boolean
  readonly vipLast: boolean
}

/** A STONITH device: its plugin as `stonith -L` lists it, its parameters in the plugin's order. */
export interface FenceDevice {
  readonly plugin: string
  readonly params: readonly { readonly name: string; readonly value: string | Secret }[]
  readonly timeoutMs: number
}

export interface FencingSettings {
  readonly mode: 'none' | 'witness' | 'stonith'
  readonly witness: {
    readonly pings: readonly string[]
    readonly tcp: readonly { readonly address: string; readonly port: number }[]
    readonly tries: number
  }
  /** By node name: what resets that node, in the order in which it is tried. */
  readonly devices: Readonly<Record<string, readonly FenceDevice[]>>
  /** Whether a peer is asked over heartbeat to call its data outdated (dopd). */
  readonly outdate: boolean
  /** A primary whose writes stay frozen resets itself after so long; absent: never. */
  readonly isolatedRebootMs?: number
  readonly takeover: 'automatic' | 'delayed' | 'by-hand'
  readonly takeoverDelayMs: number
}

/** The watch over the service on its active node; see the template usr/local/sbin/nfsha-monitor. */
export interface MonitorSettings {
  readonly enabled: boolean
  /** Milliseconds, all times. */
  readonly intervalMs: number
  readonly checkTimeoutMs: number
  /** In a row, before it acts. */
  readonly failures: number
  readonly localRestart: boolean
  readonly handOver: boolean
  readonly pauseMs: number
  /** From one node, in a day. */
  readonly maxHandOvers: number
  readonly startPatienceMs: number
  readonly releaseTimeoutMs: number
  readonly reset: boolean
  readonly repeatMs: number
  /** A volume of whose room or inodes so much is taken is nearly full. */
  readonly fullPercent: number
  /** A disk that works for longer than this for each request is slow. */
  readonly slowAfterMs: number
  readonly notify: {
    readonly command?: string
    readonly mail?: string
    /** An URL. */
    readonly webhook?: Secret
  }
}

export interface TimeSync {
  readonly kind: 'chrony' | 'systemd-timesyncd' | 'unmanaged'
  readonly servers: readonly string[]
}
