import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { NfshaError } from '../core/error.ts'
import { type LabPaths, writeState } from './instance.ts'
import { diskArgvs, type LiveLab, startMachine } from './machines.ts'
import { endProcess } from './processes.ts'
import { runOrFail } from './run.ts'
import type { LabSpec, MachineSpec } from './spec.ts'

/*
 * A machine exchanged for a bare one of the same name. The disks of before hold its part of every
 * snapshot, so they are put aside and come back when one is loaded.
 */

const aside = (disk: string) => `${disk}.aside`

/** Ends the machine and boots another in its place, from new disks. */
export async function replaceMachine(lab: LiveLab, machine: MachineSpec): Promise<void> {
  const { paths, state } = lab
  const old = state.processes.find(({ name }) => name === machine.name)
  if (old !== undefined) await endProcess(old)
  for (const disk of disksOf(paths, machine)) if (!existsSync(aside(disk))) await rename(disk, aside(disk))
  for (const argv of diskArgvs(paths, state, machine))
    await runOrFail(argv, 'see that the disk is not full', { timeoutMs: 60_000 })
  const started = await startMachine(lab, machine, { from: 'disk' })
  const others = state.processes.filter(({ name }) => name !== machine.name)
  await writeState(paths, { ...state, processes: [...others, started] })
}

/** Puts the disks of before back; the machines do not run. */
export async function bringBack(paths: LabPaths, { machines }: LabSpec): Promise<void> {
  for (const disk of machines.flatMap(machine => disksOf(paths, machine)))
    if (existsSync(aside(disk))) await rename(aside(disk), disk)
}

/** Errors: `refused`, when a machine is not the one that the other snapshots know. */
export function assertNotReplaced(paths: LabPaths, { machines }: LabSpec): void {
  const replaced = machines.find(machine => disksOf(paths, machine).some(disk => existsSync(aside(disk))))
  if (replaced === undefined) return
  throw new NfshaError(
    'refused',
    `${replaced.name} was replaced by a bare machine, which is in no snapshot of the others`,
    'go back to a snapshot first: nfsha lab restore NAME',
  )
}

function disksOf(paths: LabPaths, machine: MachineSpec): readonly string[] {
  return [0, ...machine.disksMiB.map((_, at) => at + 1)].map(at => paths.disk(machine, at))
}
