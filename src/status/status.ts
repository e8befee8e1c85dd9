import type { LinkRole } from '../core/cluster.ts'
import { type ExitCode, exitCodes } from '../core/error.ts'
import type { SecondsRange } from '../core/failover.ts'
import type { DrbdProgress } from '../facts/drbd.ts'
import type { Holding } from '../facts/group.ts'
import type { HeartbeatLink } from '../facts/heartbeat-view.ts'
import type { NfsClient } from '../facts/nfs-clients.ts'
import type { RunFact } from '../facts/runs.ts'
import type { SystemRoom } from '../facts/system-room.ts'
import type { VerifiedFact } from '../facts/verified.ts'
import type { VolumeHealth } from '../facts/volume-health.ts'
import type { MountStatus } from './clients.ts'

/** `unanswered`: no node answered, so nothing is known. */
export type Verdict = 'healthy' | 'degraded' | 'down' | 'split-brain' | 'unanswered'

/** How the cluster is, in the words of its administrator. JSON-safe. */
export interface ClusterStatus {
  readonly cluster: string
  readonly verdict: Verdict
  /** One line. */
  readonly reason: string
  /** The command, or the deed, that comes next. */
  readonly next?: string
  /** The node that serves, when one does. */
  readonly active?: string
  /** What was seen that makes us believe it. */
  readonly why: readonly string[]
  /** All that is not as it should be, gravest first. */
  readonly concerns: readonly Concern[]
  /** Edits that are on the active node, and count from the next time that the group moves or is started. */
  readonly pending: readonly PendingEdit[]
  /** Worth knowing, and no reason to act. */
  readonly notes: readonly string[]
  /** The last time that a node took the group over. */
  readonly failover?: FailoverStatus
  /** The last run that changed something, or tried to, and the one that goes on now. */
  readonly lastRun?: RunFact
  readonly running?: RunFact
  /** What a plan would do; only when it was asked for. */
  readonly drift?: Drift
  readonly nodes: readonly NodeStatus[]
  readonly clients: readonly ClientStatus[]
}

export interface Concern {
  readonly host?: string
  readonly text: string
  readonly next?: string
}

export interface PendingEdit {
  readonly host: string
  readonly text: string
}

export interface FailoverStatus {
  /** The node that took over. */
  readonly node: string
  readonly agoMs: number
  /** `planned`: the other one gave the group up; `failover`: it did not; `unknown`: nothing tells. */
  readonly kind: 'planned' | 'failover' | 'unknown'
  /** How long the group's script took; missing once the node has booted since. */
  readonly tookMs?: number
  /** A planned move, as both nodes' scripts logged it; missing once one of them has booted since. */
  readonly move?: MoveHistory
}

export interface MoveHistory {
  /** How long the other node took to give the group up, and the part that took longest. */
  readonly gaveUpMs: number
  readonly longest?: { readonly part: string; readonly tookMs: number }
  /** From when the VIP was given up until the group had started: clients waited about so long. */
  readonly waitedMs: number
  /** What was predicted for it, by the timers and the pair's drills as they are now. Seconds. */
  readonly predicted: SecondsRange
}

/** How reality differs from the inventory, in the counts of a plan. */
export interface Drift {
  readonly change: number
  readonly wait: number
  readonly refusal: number
  /** The steps that are not in sync, with the hosts. */
  readonly steps: readonly string[]
}

export interface LinkStatus {
  readonly name: string
  readonly nic: string
  readonly address: string
  readonly roles: readonly LinkRole[]
  /** `down`: no carrier, or not set up; `missing`: no such interface; `no address`: not the one of the inventory. */
  readonly state: 'up' | 'down' | 'missing' | 'no address' | 'unknown'
}

/** What one node says of itself. Where it did not say, the word is `unknown`. */
export interface NodeStatus {
  readonly name: string
  readonly answered: boolean
  /** Why it did not answer. */
  readonly problem?: string
  /** Its own address did not answer: it was reached through the other node, at this address. */
  readonly detour?: { readonly through: string; readonly address: string }
  readonly links: readonly LinkStatus[]
  /** How much of the resource group it has. */
  readonly holding: Holding
  /** The hold marker's text. */
  readonly held?: string
  readonly heartbeat: {
    readonly state: 'running' | 'stopped' | 'unknown'
    /** systemd's word: `enabled`, `disabled`. */
    readonly atBoot?: string
    /** What it thinks of the other node: `active`, `dead`… */
    readonly peer?: string
    readonly links: readonly HeartbeatLink[]
    /** It did not say what it hears: then there are no links here. */
    readonly isSilent?: true
  }
  readonly volumes: readonly VolumeStatus[]
  readonly nfs: {
    readonly state: 'serving' | 'stopped' | 'unknown'
    readonly threads?: number
    readonly versions?: readonly string[]
    readonly leaseSeconds?: number
    readonly graceSeconds?: number
    /** Clients reclaim: new opens and locks wait. */
    readonly inGrace?: boolean
    /** nfsd records its clients through nfsdcld, so that the other node knows them; missing where none is to. */
    readonly clientsRecorded?: boolean
    readonly clients?: readonly NfsClient[]
    /** Paths of the inventory's exports that are served, and not. */
    readonly exports?: { readonly served: readonly string[]; readonly missing: readonly string[] }
  }
  readonly vips: readonly { readonly address: string; readonly nic?: string }[]
  /** Whether its clock is synchronised, and how far it is ahead of the other node's; missing where it was not read. */
  readonly clock?: { readonly isSynchronised?: boolean; readonly aheadMs?: number }
  /** Its own file systems; missing where they were not read. */
  readonly room?: readonly SystemRoom[]
  /** Whether a rehearsal there found all that a takeover needs; missing where none was made. */
  readonly couldTakeOver?: boolean
  /** Missing where the inventory wants no monitor. */
  readonly monitor?: MonitorStatus
}

/** nfsha-monitor on a node, in its own words. */
export interface MonitorStatus {
  /** `silent`: it runs, and has said nothing for longer than it may; the rest is what it said last. */
  readonly state: 'running' | 'silent' | 'stopped' | 'unknown'
  /** How long ago it said the rest. */
  readonly agoMs?: number
  /** `active`, `passive`, `releasing`, `held`. */
  readonly role?: string
  /** `starting` until its first look at the group has ended, `well`, `failing`, `mending`, `leaving`; `idle` on a node that is not active. */
  readonly health?: string
  /** The checks that failed the last time. */
  readonly failing: readonly string[]
}

/** What a device cost of late: DRBD's own with the link and both disks in it, or a disk below it. */
export interface DeviceCost {
  /** The kernel's name: `drbd0`, `vdb`. */
  readonly device: string
  /** From a write's submission to its end; missing where nobody wrote. */
  readonly writeMs?: number
  /** How long it worked for each request. */
  readonly requestMs: number
  /** Why it is slow; missing where it is not. */
  readonly slow?: string
}

/** DRBD's words, or `down` where the resource is not up. */
export interface VolumeStatus {
  readonly name: string
  readonly device: string
  readonly role: string
  readonly connection: string
  readonly disk: string
  readonly peerDisk: string
  /** Missing where that is not known. */
  readonly mounted?: boolean
  readonly sync?: DrbdProgress
  /** KiB that the other side lacks, as far as is known here. */
  readonly outOfSyncKib?: number
  /** Writes are held back. */
  readonly suspended?: boolean
  /** What writes cost there of late, by the monitor. DRBD's own device first, where somebody wrote. */
  readonly devices?: readonly DeviceCost[]
  /** Room and health of the file system, where it is mounted. */
  readonly health?: VolumeHealth
  /** When both sides were last compared whole. */
  readonly verified?: VerifiedFact
}

/** How a host outside the pair sees the VIPs, and what it has of the mounts that the inventory declares. */
export interface ClientStatus {
  readonly name: string
  readonly answered: boolean
  readonly problem?: string
  readonly vips: readonly {
    readonly address: string
    readonly answers: 'yes' | 'no' | 'unknown'
    readonly text?: string
  }[]
  readonly mounts?: readonly MountStatus[]
}

const codes: Readonly<Record<Verdict, ExitCode>> = {
  healthy: exitCodes.ok,
  degraded: exitCodes.statusDegraded,
  down: exitCodes.statusDown,
  'split-brain': exitCodes.statusSplitBrain,
  unanswered: exitCodes.unreachable,
}

/** The exit code of `nfsha status`. */
export function exitCodeOf(verdict: Verdict): ExitCode {
  return codes[verdict]
}
