import { NfshaError } from '../core/error.ts'
import { type LabState, writeState } from './instance.ts'
import { aliveOf, type LiveLab, startMachine, switches } from './machines.ts'
import { netdevOf, sockets } from './qemu.ts'
import { monitor, qmp, untilQmpAnswers } from './qmp.ts'
import type { MachineSpec } from './spec.ts'

/** Names that a snapshot may have; QEMU's monitor splits its line at spaces. */
const nameRule = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** Memory and disks of all machines at one moment. An older snapshot of the name is replaced. */
export async function takeSnapshot(lab: LiveLab, name: string): Promise<LabState> {
  if (!nameRule.test(name))
    throw new NfshaError(
      'usage',
      `${name} cannot name a snapshot`,
      'use letters, digits, dots, dashes and underscores',
    )
  const { machines } = lab.state.spec
  const without = { ...lab.state, snapshots: lab.state.snapshots.filter(each => each !== name) }
  await writeState(lab.paths, without)
  await eachPaused(lab, machines, machine => monitor(sockets.qmp(lab.run, machine.index), `savevm ${name}`))
  const state = { ...without, snapshots: [...without.snapshots, name].sort() }
  await writeState(lab.paths, state)
  return state
}

/**
 * Takes all machines back together: one alone would have its peer drop its heartbeats as a replay
 * (heartbeat.c, should_drop_message). Machines that are off are started; cables are plugged in again.
 */
export async function loadSnapshot(lab: LiveLab, name: string): Promise<LabState> {
  const { spec } = lab.state
  const alive = new Set((await aliveOf(lab.state.processes)).map(process => process.name))
  const running = spec.machines.filter(machine => alive.has(machine.name))
  const off = spec.machines.filter(machine => !alive.has(machine.name))
  await Promise.all(running.map(machine => qmp(sockets.qmp(lab.run, machine.index), { execute: 'stop' })))
  await plugIn(lab, running)
  await Promise.all(running.map(machine => monitor(sockets.qmp(lab.run, machine.index), `loadvm ${name}`)))
  const started = await Promise.all(
    off.map(machine => startMachine(lab, machine, { from: 'snapshot', name })),
  )
  const kept = lab.state.processes.filter(process => !off.some(machine => machine.name === process.name))
  const state = { ...lab.state, processes: [...kept, ...started] }
  await writeState(lab.paths, state)
  await Promise.all(spec.machines.map(machine => untilQmpAnswers(sockets.qmp(lab.run, machine.index))))
  await Promise.all(
    spec.machines.map(machine => qmp(sockets.qmp(lab.run, machine.index), { execute: 'cont' })),
  )
  return state
}

async function plugIn(lab: LiveLab, machines: readonly MachineSpec[]): Promise<void> {
  const { spec } = lab.state
  const ends = machines.flatMap(machine =>
    machine.nics.map(nic => ({
      socket: sockets.qmp(lab.run, machine.index),
      netdev: netdevOf(spec, nic.link),
    })),
  )
  const ports = switches(spec).flatMap(wire =>
    spec.machines
      .filter(({ name }) => wire.members.includes(name))
      .map(({ index }) => ({
        socket: sockets.switchQmp(lab.run, spec.wires.indexOf(wire)),
        netdev: `end${index}`,
      })),
  )
  for (const { socket, netdev } of [...ends, ...ports])
    await qmp(socket, { execute: 'set_link', arguments: { name: netdev, up: true } })
}

/** Stops the machines, does the work on all at once, and lets them go on, whatever happened. */
async function eachPaused(
  lab: LiveLab,
  machines: readonly MachineSpec[],
  work: (machine: MachineSpec) => Promise<void>,
): Promise<void> {
  const all = (execute: string) =>
    Promise.all(machines.map(machine => qmp(sockets.qmp(lab.run, machine.index), { execute })))
  await all('stop')
  try {
    await Promise.all(machines.map(work))
  } finally {
    await all('cont')
  }
}
