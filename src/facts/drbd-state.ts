/** One resource as this node sees it, in the words of DRBD 8.4 (domain words: cs, ro, ds). */
export interface DrbdState {
  /** `Connected`, `WFConnection`, `StandAlone`, `SyncSource`, `SyncTarget`… */
  readonly connection: string
  readonly role: string
  readonly peerRole: string
  /** Disk states: `UpToDate`, `Inconsistent`, `Outdated`, `Diskless`… */
  readonly disk: string
  readonly peerDisk: string
}

/** How far a resync or an online verify is. Counters: read by a wait only, never compared. */
export interface DrbdProgress {
  readonly percent: number
  /** KiB on the peer that still differ. */
  readonly outOfSyncKib: number
  readonly kibPerSecond?: number
  /** `h:mm:ss`, as DRBD prints it. */
  readonly finish?: string
}

/**
 * The part of /proc/drbd (drbd 8.4, drbd_proc.c) about a minor: from its `N: cs:` to the next one,
 * whether the counters follow on lines of their own or all on one line, as old versions print them.
 */
function sectionOf(procDrbd: string, minor: number): string | undefined {
  const heads = [...procDrbd.matchAll(/(?:^|\s)(\d+): cs:/g)]
  const at = heads.findIndex(head => Number(head[1]) === minor)
  return at < 0 ? undefined : procDrbd.slice(heads[at]?.index, heads[at + 1]?.index)
}

/** The state of a minor in /proc/drbd; undefined when it is not configured. */
export function stateFromProc(procDrbd: string, minor: number): DrbdState | undefined {
  const section = sectionOf(procDrbd, minor) ?? ''
  const [, connection, role, peerRole, disk, peerDisk] =
    /cs:(\w+)\s+ro:(\w+)\/(\w+)\s+ds:(\w+)\/(\w+)/.exec(section) ?? []
  if (!connection || !role || !peerRole || !disk || !peerDisk) return undefined
  return { connection, role, peerRole, disk, peerDisk }
}

/** Whether /proc/drbd has a line for this minor that says something else than `cs:Unconfigured`. */
export function isConfigured(procDrbd: string, minor: number): boolean {
  const section = sectionOf(procDrbd, minor)
  return section !== undefined && !section.includes('cs:Unconfigured')
}

/** The progress of a minor's resync or verify; undefined when none runs. */
export function progressFromProc(procDrbd: string, minor: number): DrbdProgress | undefined {
  const section = sectionOf(procDrbd, minor) ?? ''
  const percent = /(?:sync'ed|verified):\s*([\d.]+)%/.exec(section)?.[1]
  if (percent === undefined) return undefined
  const speed = /speed:\s*([\d,]+)/.exec(section)?.[1]
  const finish = /finish:\s*(\d+:\d+:\d+)/.exec(section)?.[1]
  return {
    percent: Number(percent),
    outOfSyncKib: Number(/\boos:(\d+)/.exec(section)?.[1] ?? 0),
    ...(speed === undefined ? {} : { kibPerSecond: Number(speed.replaceAll(',', '')) }),
    ...(finish === undefined ? {} : { finish }),
  }
}

/** What DRBD has yet to send, and whether it holds writes back. Moves all the time: for status only. */
export interface DrbdBacklog {
  /** KiB that differ from the peer's, as far as is known. */
  readonly outOfSyncKib: number
  /** Writes wait: frozen by fencing, by an administrator, or for want of a disk. */
  readonly suspended: boolean
}

/** A minor's backlog in /proc/drbd: `oos:`, and the first flag after the protocol, `s` while I/O is suspended. */
export function backlogFromProc(procDrbd: string, minor: number): DrbdBacklog | undefined {
  const section = sectionOf(procDrbd, minor) ?? ''
  const outOfSync = /\boos:(\d+)/.exec(section)?.[1]
  if (outOfSync === undefined) return undefined
  return {
    outOfSyncKib: Number(outOfSync),
    suspended: /ds:\w+\/\w+\s+(?:[ABC]\s+)?s[a-z-]{5}/.test(section),
  }
}

/** The parts of `drbdsetup status --json` (drbd-utils 9.22, drbdsetup.c) that are read here. */
interface Status9 {
  readonly role?: string
  readonly suspended?: boolean
  readonly devices?: readonly { readonly 'disk-state'?: string }[]
  readonly connections?: readonly {
    readonly 'connection-state'?: string
    readonly 'peer-role'?: string
    readonly peer_devices?: readonly {
      readonly 'replication-state'?: string
      readonly 'peer-disk-state'?: string
      readonly 'percent-in-sync'?: number
      readonly 'out-of-sync'?: number
      readonly 'estimated-seconds-to-finish'?: number
    }[]
  }[]
}

function parse9(json: string): Status9 | undefined {
  try {
    return (JSON.parse(json) as readonly Status9[])[0]
  } catch {
    return undefined
  }
}

/**
 * The state of one resource of DRBD 9 with one volume and one peer, in 8.4's words: `Connecting` is
 * WFConnection, a connected peer's replication state stands for the connection, `Established` being Connected.
 */
export function stateFromJson(json: string): DrbdState | undefined {
  const status = parse9(json)
  const connection = status?.connections?.[0]
  const peerDevice = connection?.peer_devices?.[0]
  if (status?.role === undefined) return undefined
  return {
    connection: connectionWord(connection?.['connection-state'], peerDevice?.['replication-state']),
    role: status.role,
    peerRole: connection?.['peer-role'] ?? 'Unknown',
    disk: status.devices?.[0]?.['disk-state'] ?? 'Diskless',
    peerDisk: peerDevice?.['peer-disk-state'] ?? 'DUnknown',
  }
}

function connectionWord(connection = 'StandAlone', replication = 'Off'): string {
  if (connection === 'Connecting') return 'WFConnection'
  if (connection !== 'Connected') return connection
  return replication === 'Established' || replication === 'Off' ? 'Connected' : replication
}

/** The progress of a DRBD 9 resource's resync; undefined when none runs. */
export function progressFromJson(json: string): DrbdProgress | undefined {
  const peer = parse9(json)?.connections?.[0]?.peer_devices?.[0]
  if (peer === undefined || !/^(Sync|PausedSync|Verify)/.test(peer['replication-state'] ?? ''))
    return undefined
  const seconds = peer['estimated-seconds-to-finish']
  return {
    percent: peer['percent-in-sync'] ?? 0,
    outOfSyncKib: peer['out-of-sync'] ?? 0,
    ...(seconds === undefined ? {} : { finish: clock(seconds) }),
  }
}

function clock(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  return `${Math.floor(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`
}

/** A DRBD 9 resource's backlog. */
export function backlogFromJson(json: string): DrbdBacklog | undefined {
  const status = parse9(json)
  if (status === undefined) return undefined
  const peer = status.connections?.[0]?.peer_devices?.[0]
  return { outOfSyncKib: peer?.['out-of-sync'] ?? 0, suspended: status.suspended === true }
}
