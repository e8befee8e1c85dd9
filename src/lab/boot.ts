import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hostAptSources } from './apt.ts'
import { inGuest, untilReachable } from './guest.ts'
import { guestSetup } from './guest-setup.ts'
import type { LabEnv } from './image.ts'
import { type LabPaths, type LabState, writeState } from './instance.ts'
import { identityOf } from './keys.ts'
import { endAll, type LiveLab, makeDisks, startMachine, startSwitch, switches } from './machines.ts'
import { isAlive } from './processes.ts'
import { sockets } from './qemu.ts'
import { untilQmpAnswers } from './qmp.ts'
import { recipe } from './recipe.ts'
import type { Say } from './say.ts'
import { takeSnapshot } from './snapshots.ts'
import type { LabSpec } from './spec.ts'
import { secondsSince } from './watch.ts'

/** What the first boot leaves to come back to. */
export const blankSnapshot = 'blank'

const attempts = 3
/** Generous: a busy host stretches a boot of twenty seconds to minutes. */
const limitMs = 10 * 60_000

/**
 * Boots all machines from new disks and takes the snapshot `blank`. A machine that does not boot is
 * tried again, all with it, and that is said.
 */
export async function coldBoot(paths: LabPaths, state: LabState, run: string, say: Say): Promise<LabState> {
  for (let attempt = 1; ; attempt++) {
    const started = performance.now()
    say(`booting ${state.spec.machines.map(({ name }) => name).join(', ')} (${state.accel})`)
    await makeDisks(paths, state)
    const lab = await withSwitches(paths, { ...state, snapshots: [] }, run)
    const processes = await Promise.all(
      state.spec.machines.map(machine => startMachine(lab, machine, { from: 'disk' })),
    )
    const booting = { ...lab.state, processes: [...lab.state.processes, ...processes] }
    await writeState(paths, booting)
    try {
      await allReachable(paths, booting)
      await bootEnded(paths, state.spec)
      say(`booted after ${secondsSince(started)} s`)
      return await takeSnapshot({ ...lab, state: booting }, blankSnapshot)
    } catch (error) {
      await endAll(paths, booting.processes)
      if (attempt === attempts) throw error
      say(`${(error as Error).message}; trying again (${attempt + 1} of ${attempts})`)
    }
  }
}

/** Starts the switches, and nothing else yet; the state written down names them alone. */
export async function withSwitches(paths: LabPaths, state: LabState, run: string): Promise<LiveLab> {
  await writeState(paths, { ...state, processes: [] })
  const lab = { paths, state, run }
  const wires = switches(state.spec)
  const processes = await Promise.all(wires.map(wire => startSwitch(lab, wire)))
  const now = { ...state, processes }
  await writeState(paths, now)
  await Promise.all(
    wires.map(wire => untilQmpAnswers(sockets.switchQmp(run, state.spec.wires.indexOf(wire)))),
  )
  return { paths, state: now, run }
}

/** Waits until every machine answers over SSH. Errors: `failed` naming one whose process ended, or after the limit. */
export async function allReachable(paths: LabPaths, state: LabState): Promise<void> {
  await Promise.all(
    state.spec.machines.map(machine =>
      untilReachable(paths, machine, limitMs, async () => {
        const process = state.processes.find(({ name }) => name === machine.name)
        return process !== undefined && (await isAlive(process))
      }),
    ),
  )
}

/** A snapshot in the middle of a boot would repeat its second half at each restore. */
async function bootEnded(paths: LabPaths, spec: LabSpec): Promise<void> {
  const script = 'systemctl is-system-running --wait > /dev/null || true\nsync\n'
  await Promise.all(spec.machines.map(machine => inGuest(paths, machine, script, limitMs)))
}

/** Writes what each machine runs at its boot: its name, NICs, addresses and keys. */
export async function writeSetup(paths: LabPaths, spec: LabSpec, env: LabEnv): Promise<void> {
  const isOpen = spec.network === 'open'
  const sources = isOpen ? (await hostAptSources(recipe.suite, env.NFSHA_LAB_APT_SOURCES)).text : ''
  for (const machine of spec.machines) {
    const script = guestSetup(machine, await identityOf(paths, machine, sources), isOpen)
    await writeFile(paths.setup(machine), script, { mode: 0o600 })
  }
}

/** A directory for the sockets, in place of the last one. */
export async function newRunDirectory(old: string | undefined): Promise<string> {
  if (old !== undefined) await rm(old, { recursive: true, force: true })
  return mkdtemp(join(tmpdir(), 'nfsha-lab-'))
}
