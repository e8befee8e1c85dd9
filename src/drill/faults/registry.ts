import { NfshaError } from '../../core/error.ts'
import type { Fault, Scene } from '../fault.ts'
import { groupFaults } from './group.ts'
import { heartbeatFaults, mediumCut } from './heartbeat.ts'
import { helperFault, helperFaultForms, helpers } from './helpers.ts'
import { machineFaults } from './machine.ts'
import { replicationFaults } from './replication.ts'
import { storageFaults } from './storage.ts'

/** All faults that have one name; `heartbeat-medium-cut:LINK` is one for each link, `helper-…` one for each daemon and node. */
export const faults: readonly Fault[] = [
  ...heartbeatFaults,
  ...machineFaults,
  ...groupFaults,
  ...replicationFaults,
  ...storageFaults,
]

const mediumPrefix = 'heartbeat-medium-cut:'

/** Faults that are many: what stands for the part of the name to be chosen, and what it may be. */
export const faultFamilies: readonly Pick<Fault, 'name' | 'where' | 'outcome' | 'summary'>[] = [
  {
    name: `${mediumPrefix}LINK`,
    where: 'anywhere',
    outcome: 'stays',
    summary: 'heartbeats over LINK are cut; the other media go on',
  },
  ...helperFaultForms.map(
    name =>
      ({
        name,
        where: 'anywhere',
        outcome: 'moves',
        summary: `a planned move beside a daemon that is ${name.startsWith('helper-frozen') ? 'stopped (SIGSTOP)' : 'killed'}: NAME is ${Object.keys(helpers).join(', ')}`,
      }) as const,
  ),
]

/**
 * The fault of a name, which may be two names with a `+` between: the second strikes while the first
 * lasts, and both are healed, the last first. Errors: `usage` naming the faults that there are, or
 * why it cannot be injected here.
 */
export function faultNamed(name: string, scene: Pick<Scene, 'cluster' | 'machines'>): Fault {
  const parts = name.split('+').map(each => single(each, scene))
  const [first, second] = parts
  if (first === undefined || parts.length > 2)
    throw new NfshaError('usage', `${name}: at most two faults at once`, 'write them as FIRST+SECOND')
  return second === undefined ? first : crossed(first, second)
}

function single(name: string, scene: Pick<Scene, 'cluster' | 'machines'>): Fault {
  const found = name.startsWith(mediumPrefix)
    ? mediumCut(name.slice(mediumPrefix.length))
    : (faults.find(fault => fault.name === name) ?? helperFault(name))
  if (found === undefined)
    throw new NfshaError(
      'usage',
      `there is no fault ${name}`,
      `the faults are ${[...faults, ...faultFamilies].map(fault => fault.name).join(', ')} (NAME: ${Object.keys(helpers).join(', ')}); two at once: FIRST+SECOND`,
    )
  const why = found.unfit?.(scene)
  if (why !== undefined)
    throw new NfshaError(
      'usage',
      `${name} cannot be injected here: ${why}`,
      '`nfsha drill --list` shows the faults',
    )
  return found
}

/** How long the first fault of two lasts before the second one strikes. */
const betweenMs = 5000

function crossed(first: Fault, second: Fault): Fault {
  return {
    name: `${first.name}+${second.name}`,
    summary: `${first.summary}; then ${second.summary}`,
    outcome: 'may-move',
    where: first.where === 'lab' || second.where === 'lab' ? 'lab' : 'anywhere',
    healed: 'after-deadtime',
    ...((first.stops ?? second.stops) && { stops: 'active' as const }),
    inject: async scene => {
      await first.inject(scene)
      await new Promise(resolve => setTimeout(resolve, betweenMs))
      await second.inject(scene)
    },
    heal: async scene => {
      await second.heal(scene)
      await healOnceUp(first, scene)
    },
  }
}

/** A node that the other fault stopped answers again within this. */
const bootLimitMs = 300_000
const betweenTriesMs = 1000

/** Heals where a node may still be booting for the other fault; what is healed already may be healed again. */
async function healOnceUp(fault: Fault, scene: Scene): Promise<void> {
  const deadline = performance.now() + bootLimitMs
  for (;;) {
    try {
      return await fault.heal(scene)
    } catch (error) {
      const isDown = error instanceof NfshaError && error.code === 'unreachable'
      if (!isDown || performance.now() > deadline) throw error
      await new Promise(resolve => setTimeout(resolve, betweenTriesMs))
    }
  }
}
