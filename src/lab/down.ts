import { rm } from 'node:fs/promises'
import { labPaths, readState, writeState } from './instance.ts'
import { endAll } from './machines.ts'

/** Ends every process of the lab; answers their names. Snapshots stay, unless `forget` removes the whole lab. */
export async function down(directory: string, forget: boolean): Promise<readonly string[]> {
  const paths = labPaths(directory)
  const state = await readState(paths)
  const ended = await endAll(paths, state?.processes ?? [])
  if (state?.run !== undefined) await rm(state.run, { recursive: true, force: true })
  if (forget) await rm(directory, { recursive: true, force: true })
  else if (state !== undefined) {
    const { run: _, ...rest } = state
    await writeState(paths, { ...rest, processes: [] })
  }
  return ended
}
