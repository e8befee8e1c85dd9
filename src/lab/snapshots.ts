import { rm } from 'node:fs/promises'
import { NfshaError } from '../core/error.ts'
import { type LabState, writeState } from './instance.ts'
import { aliveOf, type LiveLab, startMachine, switches } from './machines.ts'
import { endProcess, type TrackedProcess } from './processes.ts'
import { sockets } from './qemu.ts'
import { monitor, qmp, untilQmpAnswers } from './qmp.ts'
import { assertNotReplaced, bringBack } from './replace.ts'
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
  assertNotReplaced(lab.paths, lab.state.spec)
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
 * (heartbeat.c, should_drop_message). Each begins in a new process, with its cables plugged in: QEMU
 * lets the time stamp counter of a process only grow, so that after a `loadvm` into a running one the
 * guest's clock jumps ahead by all that the snapshot is behind, and heartbeat declares its peer dead
 * (system/cpu-timers.c, cpu_get_ticks_locked; seen with QEMU 7.2).
 */
export async function loadSnapshot(lab: LiveLab, name: string): Promise<LabState> {
  const { machines } = lab.state.spec
  const isMachine = ({ name }: TrackedProcess) => machines.some(machine => machine.name === name)
  await Promise.all((await aliveOf(lab.state.processes.filter(isMachine))).map(endProcess))
  await bringBack(lab.paths, lab.state.spec)
  const started = await Promise.all(
    machines.map(machine => startMachine(lab, machine, { from: 'snapshot', name })),
  )
  const others = lab.state.processes.filter(process => !isMachine(process))
  const state = { ...lab.state, processes: [...others, ...started] }
  await writeState(lab.paths, state)
  await openPorts(lab)
  for (const machine of machines) await rm(lab.paths.fenceDown(machine.name), { force: true })
  const monitors = machines.map(machine => sockets.qmp(lab.run, machine.index))
  await Promise.all(monitors.map(untilQmpAnswers))
  await Promise.all(monitors.map(socket => qmp(socket, { execute: 'cont' })))
  return state
}

/** Every port of every switch carries again. */
async function openPorts({ state: { spec }, run }: LiveLab): Promise<void> {
  for (const wire of switches(spec)) {
    const socket = sockets.switchQmp(run, spec.wires.indexOf(wire))
    for (const { index } of spec.machines.filter(machine => wire.members.includes(machine.name)))
      await qmp(socket, { execute: 'set_link', arguments: { name: `end${index}`, up: true } })
  }
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
