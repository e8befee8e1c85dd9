import { type Fact, present, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { linesOf } from './looks.ts'

/** Where the monitor's script lies on a node. */
export const monitorScript = '/usr/local/sbin/nfsha-monitor'
export const monitorUnit = 'nfsha-monitor.service'

const directory = '/run/nfsha/monitor'

/** Shell that ends a probe where none runs: its control group has no process; systemd may stand still itself. */
const unlessRunning = `{ read -r _ </sys/fs/cgroup/system.slice/${monitorUnit}/cgroup.procs; } 2>/dev/null || exit ${exitAbsent}`

/**
 * Whether the monitor that runs is the script that is there: it notes the script's inode and time when
 * it starts. Absent: none runs.
 */
export const monitorLoaded: Probe<boolean> = Object.freeze<Probe<boolean>>({
  id: 'monitor-loaded',
  script: [
    unlessRunning,
    'loaded=',
    `read -r loaded <${directory}/loaded`,
    `if [ "$(stat -c '%i %.9Y' ${monitorScript})" = "$loaded" ]; then echo yes; else echo no; fi`,
  ].join('\n'),
  parse: ({ stdout }) => present(stdout.trim() === 'yes'),
  deadlineMs: 60_000,
  maxBytes: 256,
})

/** What the monitor on a node knows and does; its own words. */
export interface MonitorFact {
  /** `active`, `passive`, `releasing`, `held`; `unknown` before its first look. */
  readonly role: string
  /** `starting` until its first look at the group has ended, `well`, `failing`, `mending`, `leaving`; `idle` on a node that is not active. */
  readonly health: string
  /** How long ago it said so; missing where it does not say when. */
  readonly agoMs?: number
  /** The checks that failed the last time. */
  readonly failing: readonly { readonly check: string; readonly text: string }[]
  /** What people must know. Priority as in syslog(3): 2 critical, 3 error, 4 warning, 5 worth knowing. */
  readonly notices: readonly { readonly id: string; readonly priority: number; readonly text: string }[]
  /** Missing where the monitor that runs is one that does not measure. */
  readonly devices?: readonly DeviceFact[]
}

/** What a device cost of late: DRBD's own on the node where somebody wrote, and each disk below it. */
export interface DeviceFact {
  readonly volume: string
  /** The kernel's name: `drbd0`, `vdb`. */
  readonly device: string
  /** How many requests the figures are of. */
  readonly requests: number
  /** From a write's submission to its end; missing where nobody wrote. */
  readonly writeMs?: number
  /** How long it worked for each request, however many were there at once. */
  readonly requestMs: number
  /** Why it is slow; empty where it is not. */
  readonly slow: string
}

/** What is not known of one that has begun and not written its state yet: it does so within its first look. */
const begun: MonitorFact = { role: 'unknown', health: 'starting', failing: [], notices: [] }

/** Reads the monitor's state, and the time since boot, by which its state has an age; absent where it does not run. */
export const monitorState: Probe<MonitorFact> = Object.freeze<Probe<MonitorFact>>({
  id: 'monitor',
  script: [
    unlessRunning,
    `[ -e ${directory}/state.json ] || { echo ${quote(JSON.stringify(begun))}; exit 0; }`,
    linesOf(`${directory}/state.json`),
    'read -r up _ </proc/uptime && echo "$up"',
  ].join('\n'),
  parse: ({ stdout }) => parseState(stdout),
  deadlineMs: 60_000,
  maxBytes: 64 * 1024,
})

/**
 * The disks below the volumes that the monitor calls slow, for who must not depend on one: `vdb of data: why`.
 * Absent where none runs; unknown where the one that runs does not measure.
 */
export const slowDisks: Probe<readonly string[]> = Object.freeze<Probe<readonly string[]>>({
  ...monitorState,
  id: 'slow-disks',
  parse: ({ stdout }) => {
    const state = parseState(stdout)
    if (state.state !== 'present') return state
    const { devices } = state.value
    if (devices === undefined) return unknown('the monitor that runs does not measure the disks')
    return present(
      devices.flatMap(({ device, volume, slow }) => (slow === '' ? [] : [`${device} of ${volume}: ${slow}`])),
    )
  },
})

function parseState(stdout: string): Fact<MonitorFact> {
  const [json = '', up = ''] = stdout.split('\n')
  let state: unknown
  try {
    state = JSON.parse(json)
  } catch {
    return unknown("the monitor's state is not JSON")
  }
  if (!isState(state)) return unknown("the monitor's state is not understood")
  const { role, health, failing, notices, devices, uptimeMs } = state
  const ago = up === '' || uptimeMs === undefined ? undefined : Math.round(Number(up) * 1000 - uptimeMs)
  return present({
    role,
    health,
    failing,
    notices,
    ...(ago !== undefined && { agoMs: ago }),
    ...(devices && { devices }),
  })
}

/** The state as it is written: with the time since boot. */
type Written = Omit<MonitorFact, 'agoMs'> & { readonly uptimeMs?: number }

function isState(state: unknown): state is Written {
  return (
    isRecord(state) &&
    (state.uptimeMs === undefined || typeof state.uptimeMs === 'number') &&
    typeof state.role === 'string' &&
    typeof state.health === 'string' &&
    isListOf(state.failing, each => typeof each.check === 'string' && typeof each.text === 'string') &&
    isListOf(state.notices, ({ id, priority, text }) =>
      [typeof id, typeof priority, typeof text].every(
        (type, index) => type === ['string', 'number', 'string'][index],
      ),
    ) &&
    (state.devices === undefined || isListOf(state.devices, isDevice))
  )
}

function isDevice({ volume, device, requests, writeMs, requestMs, slow }: Record<string, unknown>): boolean {
  return (
    [volume, device, slow].every(text => typeof text === 'string') &&
    [requests, writeMs ?? 0, requestMs].every(figure => typeof figure === 'number')
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isListOf(value: unknown, is: (each: Record<string, unknown>) => boolean): boolean {
  return Array.isArray(value) && value.every(each => isRecord(each) && is(each))
}
