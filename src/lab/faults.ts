import { rm, writeFile } from 'node:fs/promises'
import { NfshaError } from '../core/error.ts'
import { writeState } from './instance.ts'
import { machineNamed } from './live.ts'
import { type LiveLab, startMachine } from './machines.ts'
import { endProcess, isAlive } from './processes.ts'
import { netdevOf, sockets } from './qemu.ts'
import { qmp } from './qmp.ts'
import { replaceMachine } from './replace.ts'
import type { MachineSpec, WireSpec } from './spec.ts'

type MachineFault = (lab: LiveLab, machine: MachineSpec) => Promise<void>
type LinkFault = (lab: LiveLab, machine: MachineSpec, link: WireSpec) => Promise<void>

/** What a fault strikes: a machine, or a machine's end of a link (all ends when no machine is named). */
type Fault = { readonly summary: string } & (
  | { readonly on: 'machine'; readonly inject: MachineFault }
  | { readonly on: 'link'; readonly inject: LinkFault }
)

/** All faults by name, each before its remedy. */
export const faults = {
  'link-down': { on: 'link', summary: 'pull the cable: the machine sees NO-CARRIER', inject: setEnd(false) },
  'link-up': { on: 'link', summary: 'plug it in again', inject: setEnd(true) },
  'port-down': {
    on: 'link',
    summary: 'kill the switch port: the machine still sees a carrier',
    inject: setPort(false),
  },
  'port-up': { on: 'link', summary: 'revive the switch port', inject: setPort(true) },
  'power-cut': {
    on: 'machine',
    summary: 'end the machine at once; what it had not flushed is lost',
    inject: powerCut,
  },
  'power-on': { on: 'machine', summary: 'boot it from its disks', inject: powerOn },
  replace: {
    on: 'machine',
    summary: 'put a bare machine of the same name in its place, with new disks',
    inject: replaceMachine,
  },
  reset: { on: 'machine', summary: 'press the reset button', inject: tell('system_reset') },
  freeze: {
    on: 'machine',
    summary: 'stop its processor: a zombie that keeps all it has',
    inject: tell('stop'),
  },
  thaw: { on: 'machine', summary: 'let it go on where it was', inject: tell('cont') },
  'fence-down': {
    on: 'machine',
    summary: 'cut its fence device off: nobody can reset it by that',
    inject: ({ paths }, { name }) => writeFile(paths.fenceDown(name), ''),
  },
  'fence-up': {
    on: 'machine',
    summary: 'let the device answer again',
    inject: ({ paths }, { name }) => rm(paths.fenceDown(name), { force: true }),
  },
} as const satisfies Readonly<Record<string, Fault>>

export type FaultName = keyof typeof faults

/** Errors: `usage` naming the faults that there are. */
export function faultNamed(name: string): FaultName {
  const names = Object.keys(faults) as FaultName[]
  const found = names.find(each => each === name)
  if (found !== undefined) return found
  throw new NfshaError('usage', `there is no fault ${name}`, `the faults are ${names.join(', ')}`)
}

export interface FaultTarget {
  readonly machine?: string
  readonly link?: string
}

/**
 * Injects a fault. Errors: `usage` when the target does not fit the fault or the lab has no such
 * machine or link; `failed` when the machine does not answer.
 */
export async function injectFault(lab: LiveLab, name: FaultName, target: FaultTarget): Promise<void> {
  const fault: Fault = faults[name]
  if (fault.on === 'machine') {
    if (target.machine === undefined || target.link !== undefined)
      throw new NfshaError('usage', `${name} strikes a machine`, `say which: nfsha lab fault ${name} MACHINE`)
    return fault.inject(lab, machineNamed(lab, target.machine))
  }
  if (target.link === undefined)
    throw new NfshaError(
      'usage',
      `${name} strikes a link`,
      `say which: nfsha lab fault ${name} LINK [MACHINE]`,
    )
  const link = linkNamed(lab, target.link)
  const struck = target.machine === undefined ? link.members : [endOf(lab, link, target.machine)]
  for (const machine of struck) await fault.inject(lab, machineNamed(lab, machine), link)
}

function linkNamed(lab: LiveLab, name: string): WireSpec {
  const { wires } = lab.state.spec
  const found = wires.find(({ link }) => link === name)
  if (found !== undefined) return found
  throw new NfshaError(
    'usage',
    `the lab has no link ${name}`,
    `its links are ${wires.map(({ link }) => link).join(', ')}`,
  )
}

function endOf(lab: LiveLab, link: WireSpec, machine: string): string {
  machineNamed(lab, machine)
  if (link.members.includes(machine)) return machine
  throw new NfshaError('usage', `${machine} is not on ${link.link}`, `on it are ${link.members.join(', ')}`)
}

function setEnd(up: boolean): LinkFault {
  return (lab, machine, link) =>
    setLink(sockets.qmp(lab.run, machine.index), netdevOf(lab.state.spec, link.link), up)
}

function setPort(up: boolean): LinkFault {
  return (lab, machine, link) => {
    if (link.kind === 'cable')
      throw new NfshaError('usage', `${link.link} is a cable: it has no switch`, 'use link-down and link-up')
    const socket = sockets.switchQmp(lab.run, lab.state.spec.wires.indexOf(link))
    return setLink(socket, `end${machine.index}`, up)
  }
}

async function setLink(socket: string, netdev: string, up: boolean): Promise<void> {
  await qmp(socket, { execute: 'set_link', arguments: { name: netdev, up } })
}

function tell(command: string): MachineFault {
  return async (lab, machine) => {
    await qmp(sockets.qmp(lab.run, machine.index), { execute: command })
  }
}

async function powerCut(lab: LiveLab, machine: MachineSpec): Promise<void> {
  const process = lab.state.processes.find(({ name }) => name === machine.name)
  if (process !== undefined) await endProcess(process)
}

/** A machine that is on stays as it is. */
async function powerOn(lab: LiveLab, machine: MachineSpec): Promise<void> {
  const old = lab.state.processes.find(({ name }) => name === machine.name)
  if (old !== undefined && (await isAlive(old))) return
  const started = await startMachine(lab, machine, { from: 'disk' })
  const others = lab.state.processes.filter(({ name }) => name !== machine.name)
  await writeState(lab.paths, { ...lab.state, processes: [...others, started] })
}
