import { labPaths, readState } from './instance.ts'
import { isAlive } from './processes.ts'
import { sockets } from './qemu.ts'
import { qmp } from './qmp.ts'
import type { MachineSpec } from './spec.ts'

export interface MachineStatus {
  readonly name: string
  readonly role: 'node' | 'client'
  /** `running`, `paused` (frozen) and the like are QEMU's run states; `off` has no process. */
  readonly state: string
  readonly pid?: number
  readonly sshPort: number
  readonly addresses: readonly string[]
}

export interface LabStatus {
  readonly directory: string
  /** `absent`: never made; `partly`: a machine or switch is off. */
  readonly state: 'absent' | 'down' | 'partly' | 'up'
  readonly cluster?: string
  readonly accel?: string
  readonly machines: readonly MachineStatus[]
  readonly switches: readonly { readonly name: string; readonly pid?: number }[]
  readonly snapshots: readonly string[]
}

/** What of the lab in this directory is there and running. Reads only. */
export async function status(directory: string): Promise<LabStatus> {
  const paths = labPaths(directory)
  const state = await readState(paths)
  if (state === undefined) return { directory, state: 'absent', machines: [], switches: [], snapshots: [] }
  const pids = new Map<string, number>()
  for (const process of state.processes) if (await isAlive(process)) pids.set(process.name, process.pid)
  const { spec, run } = state
  const machines = await Promise.all(
    spec.machines.map(async (machine): Promise<MachineStatus> => {
      const pid = pids.get(machine.name)
      return {
        name: machine.name,
        role: machine.role,
        state: pid === undefined || run === undefined ? 'off' : await runState(run, machine),
        ...(pid === undefined ? {} : { pid }),
        sshPort: machine.sshPort,
        addresses: machine.nics.flatMap(({ nic, addresses }) =>
          addresses.map(address => `${nic} ${address}`),
        ),
      }
    }),
  )
  const switches = spec.wires
    .filter(({ kind }) => kind === 'switch')
    .map(({ link }) => `switch-${link}`)
    .map(name => ({ name, ...pidOf(pids, name) }))
  const count = [...machines, ...switches].filter(({ pid }) => pid !== undefined).length
  const all = machines.length + switches.length
  return {
    directory,
    state: count === 0 ? 'down' : count === all ? 'up' : 'partly',
    cluster: spec.name,
    accel: state.accel,
    machines,
    switches,
    snapshots: state.snapshots,
  }
}

function pidOf(pids: ReadonlyMap<string, number>, name: string): { readonly pid?: number } {
  const pid = pids.get(name)
  return pid === undefined ? {} : { pid }
}

async function runState(run: string, machine: MachineSpec): Promise<string> {
  const answer = await qmp(sockets.qmp(run, machine.index), { execute: 'query-status' }, 5000).catch(
    () => undefined,
  )
  if (typeof answer !== 'object' || answer === null || !('status' in answer)) return 'unresponsive'
  return String(answer.status)
}
