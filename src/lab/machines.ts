import { mkdir, rm } from 'node:fs/promises'
import type { LabPaths, LabState } from './instance.ts'
import { labId } from './instance.ts'
import { endProcess, findByName, isAlive, startProcess, type TrackedProcess } from './processes.ts'
import { machineArgv, processName, switchArgv } from './qemu.ts'
import { runOrFail } from './run.ts'
import type { LabSpec, MachineSpec, WireSpec } from './spec.ts'

/** A lab that is up or coming up: its state, where it lies, and its sockets' directory. */
export interface LiveLab {
  readonly paths: LabPaths
  readonly state: LabState
  readonly run: string
}

const mib = 1024 * 1024

/** New, empty disks of all machines. What was on them is gone. */
export async function makeDisks(paths: LabPaths, state: LabState): Promise<void> {
  await rm(`${paths.directory}/disks`, { recursive: true, force: true })
  await mkdir(`${paths.directory}/disks`, { recursive: true, mode: 0o700 })
  const argvs = state.spec.machines.flatMap(machine => diskArgvs(paths, state, machine))
  await Promise.all(
    argvs.map(argv => runOrFail(argv, 'see that the disk is not full', { timeoutMs: 60_000 })),
  )
}

/** What makes a machine's disks: an overlay on the image, and blank data disks. */
export function diskArgvs(
  paths: LabPaths,
  { image }: LabState,
  machine: MachineSpec,
): readonly (readonly string[])[] {
  const create = ['qemu-img', 'create', '-q', '-f', 'qcow2']
  const base = machine.role === 'node' ? image.node : image.client
  return [
    [...create, '-F', 'raw', '-b', base, paths.disk(machine, 0)],
    ...machine.disksMiB.map((size, at) => [...create, paths.disk(machine, at + 1), `${size * mib}`]),
  ]
}

/** How a guest begins: from its disk, or where a snapshot left it; `paused` until told to go on. */
export type MachineStart = { readonly from: 'disk' } | { readonly from: 'snapshot'; readonly name: string }

export function startMachine(
  lab: LiveLab,
  machine: MachineSpec,
  start: MachineStart,
): Promise<TrackedProcess> {
  const { paths, state, run } = lab
  const argv = machineArgv(labId(paths.directory), state.spec, machine, state.accel, {
    kernel: state.image.kernel,
    initrd: state.image.initrd,
    disks: [paths.disk(machine, 0), ...machine.disksMiB.map((_, at) => paths.disk(machine, at + 1))],
    setup: paths.setup(machine),
    consoleLog: paths.consoleLog(machine.name),
    run,
  })
  const more = start.from === 'snapshot' ? ['-S', '-loadvm', start.name] : []
  return startProcess(machine.name, [...argv, ...more], paths.processLog(machine.name))
}

export function startSwitch(lab: LiveLab, wire: WireSpec): Promise<TrackedProcess> {
  const name = switchName(wire)
  const argv = switchArgv(labId(lab.paths.directory), lab.state.spec, wire, lab.run)
  return startProcess(name, argv, lab.paths.processLog(name))
}

export function switchName(wire: WireSpec): string {
  return `switch-${wire.link}`
}

export function switches(spec: LabSpec): readonly WireSpec[] {
  return spec.wires.filter(({ kind }) => kind === 'switch')
}

/** Ends every process of the lab in this directory, those too that a crashed run did not write down. */
export async function endAll(paths: LabPaths, known: readonly TrackedProcess[]): Promise<readonly string[]> {
  const found = await findByName(processName(labId(paths.directory), ''))
  const alive = await aliveOf(known)
  const all = [...alive, ...found.filter(({ pid }) => !alive.some(process => process.pid === pid))]
  await Promise.all(all.map(endProcess))
  return all.map(({ name }) => name)
}

export async function aliveOf(processes: readonly TrackedProcess[]): Promise<readonly TrackedProcess[]> {
  const alive = await Promise.all(processes.map(isAlive))
  return processes.filter((_, at) => alive[at])
}
