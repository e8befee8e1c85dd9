import { NfshaError } from '../core/error.ts'
import { labPaths, readState } from './instance.ts'
import type { LiveLab } from './machines.ts'
import type { MachineSpec } from './spec.ts'

/** The lab that is up in a directory. Errors: `failed` when none is. */
export async function liveLab(directory: string): Promise<LiveLab> {
  const paths = labPaths(directory)
  const state = await readState(paths)
  if (state?.run === undefined)
    throw new NfshaError('failed', `no lab is up in ${directory}`, 'start it with `nfsha lab up`')
  return { paths, state, run: state.run }
}

/** Errors: `usage` naming the machines that there are. */
export function machineNamed(lab: LiveLab, name: string): MachineSpec {
  const { machines } = lab.state.spec
  const found = machines.find(machine => machine.name === name)
  if (found !== undefined) return found
  throw new NfshaError(
    'usage',
    `the lab has no machine ${name}`,
    `its machines are ${machines.map(machine => machine.name).join(', ')}`,
  )
}
