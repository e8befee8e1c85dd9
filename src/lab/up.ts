import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NfshaError } from '../core/error.ts'
import { chooseAccel } from './accel.ts'
import { hostAptSources } from './apt.ts'
import { setClocks } from './clock.ts'
import { inGuest, untilReachable } from './guest.ts'
import { guestSetup } from './guest-setup.ts'
import { ensureImage, type Image, type LabEnv } from './image.ts'
import { type LabPaths, type LabState, labPaths, makeDirectories, readState, writeState } from './instance.ts'
import { ensureKeys, identityOf } from './keys.ts'
import { aliveOf, endAll, type LiveLab, makeDisks, startMachine, startSwitch, switches } from './machines.ts'
import { isAlive } from './processes.ts'
import { type Accel, qemuBinary, sockets } from './qemu.ts'
import { untilQmpAnswers } from './qmp.ts'
import { recipe } from './recipe.ts'
import { run } from './run.ts'
import type { Say } from './say.ts'
import { loadSnapshot, takeSnapshot } from './snapshots.ts'
import type { LabSpec } from './spec.ts'

export interface UpOptions {
  /** Absolute. */
  readonly directory: string
  readonly env: LabEnv
  /** Snapshot to start from; `blank` is made by the first `up`. */
  readonly from?: string
  readonly say: Say
}

const blank = 'blank'
const bootAttempts = 3
/** Generous: a busy host stretches a boot of twenty seconds to minutes. */
const bootLimitMs = 10 * 60_000

/**
 * Brings the lab up: where a snapshot left it, or by a cold boot that then takes the snapshot `blank`.
 * A lab that is up stays as it is unless `from` asks for a snapshot. Errors: `refused` when another
 * spec is up in this directory or the snapshot does not exist, `failed` when a machine does not boot.
 */
export async function up(spec: LabSpec, options: UpOptions): Promise<LabState> {
  const { env, say, from } = options
  const paths = labPaths(options.directory)
  await makeDirectories(paths)
  const image = await ensureImage(env, say)
  const accel = await chooseAccel(spec.accel, image, env, say)
  const before = await readState(paths)
  const machineDigest = await digestOf(spec, image, accel)
  const fits = before?.machineDigest === machineDigest
  const alive = await aliveOf(before?.processes ?? [])
  const expected = spec.machines.length + switches(spec).length
  if (before?.run !== undefined && alive.length === expected) {
    if (!fits)
      throw new NfshaError(
        'refused',
        `another lab is up in ${paths.directory} (cluster ${before.spec.name})`,
        'end it with `nfsha lab down`, or give this inventory a lab directory of its own',
      )
    return from === undefined ? before : restore({ paths, state: before, run: before.run }, from, say)
  }
  const ended = await endAll(paths, before?.processes ?? [])
  if (ended.length > 0) say(`ended what an earlier run had left: ${ended.join(', ')}`)
  const runDirectory = await newRunDirectory(before?.run)
  const snapshots = fits ? before.snapshots : []
  if (from !== undefined && !snapshots.includes(from)) throw noSnapshot(from, snapshots)
  const state: LabState = {
    version: 1,
    spec,
    image,
    accel,
    machineDigest,
    run: runDirectory,
    processes: [],
    snapshots,
  }
  await ensureKeys(paths, spec)
  await writeSetup(paths, state, env)
  const name = from ?? blank
  if (snapshots.includes(name)) return restore(await withSwitches(paths, state, runDirectory), name, say)
  return coldBoot(paths, state, runDirectory, say)
}

/** Goes back to a snapshot of all machines, clocks set to now. */
export async function restore(lab: LiveLab, name: string, say: Say): Promise<LabState> {
  if (!lab.state.snapshots.includes(name)) throw noSnapshot(name, lab.state.snapshots)
  const started = performance.now()
  const state = await loadSnapshot(lab, name)
  await allReachable({ ...lab, state })
  await setClocks(lab.paths, state.spec)
  say(`restored ${name} after ${seconds(started)} s`)
  return state
}

function noSnapshot(name: string, names: readonly string[]): NfshaError {
  const known = names.length === 0 ? 'there is none yet' : `there are ${names.join(', ')}`
  return new NfshaError(
    'refused',
    `the lab has no snapshot ${name}`,
    `${known}; \`nfsha lab snapshot NAME\` takes one`,
  )
}

async function coldBoot(paths: LabPaths, state: LabState, run: string, say: Say): Promise<LabState> {
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
      await allReachable({ ...lab, state: booting })
      await bootEnded(paths, state.spec)
      say(`booted after ${seconds(started)} s`)
      return await takeSnapshot({ ...lab, state: booting }, blank)
    } catch (error) {
      await endAll(paths, booting.processes)
      if (attempt === bootAttempts) throw error
      say(`${(error as Error).message}; trying again (${attempt + 1} of ${bootAttempts})`)
    }
  }
}

async function withSwitches(paths: LabPaths, state: LabState, run: string): Promise<LiveLab> {
  await writeState(paths, state)
  const lab = { paths, state, run }
  const processes = await Promise.all(switches(state.spec).map(wire => startSwitch(lab, wire)))
  const now = { ...state, processes }
  await writeState(paths, now)
  await Promise.all(
    switches(state.spec).map(wire => untilQmpAnswers(sockets.switchQmp(run, state.spec.wires.indexOf(wire)))),
  )
  return { paths, state: now, run }
}

async function allReachable({ paths, state }: LiveLab): Promise<void> {
  await Promise.all(
    state.spec.machines.map(machine =>
      untilReachable(paths, machine, bootLimitMs, async () => {
        const process = state.processes.find(({ name }) => name === machine.name)
        return process !== undefined && (await isAlive(process))
      }),
    ),
  )
}

/** A snapshot in the middle of a boot would repeat its second half at each restore. */
async function bootEnded(paths: LabPaths, spec: LabSpec): Promise<void> {
  const script = 'systemctl is-system-running --wait > /dev/null || true\nsync\n'
  await Promise.all(spec.machines.map(machine => inGuest(paths, machine, script, bootLimitMs)))
}

async function writeSetup(paths: LabPaths, state: LabState, env: LabEnv): Promise<void> {
  const open = state.spec.network === 'open'
  const sources = open ? (await hostAptSources(recipe.suite, env.NFSHA_LAB_APT_SOURCES)).text : ''
  for (const machine of state.spec.machines) {
    const script = guestSetup(machine, await identityOf(paths, machine, sources), open)
    await writeFile(paths.setup(machine), script, { mode: 0o600 })
  }
}

async function newRunDirectory(old: string | undefined): Promise<string> {
  if (old !== undefined) await rm(old, { recursive: true, force: true })
  return mkdtemp(join(tmpdir(), 'nfsha-lab-'))
}

/** Everything that a snapshot's memory depends on; ports on the host may change freely. */
async function digestOf(spec: LabSpec, image: Image, accel: Accel): Promise<string> {
  const { stdout: version } = await run([qemuBinary, '--version'], { timeoutMs: 30_000 })
  const machines = spec.machines.map(({ sshPort: _, ...machine }) => machine)
  const content = JSON.stringify([version, image.id, accel, spec.network, machines, spec.wires])
  return createHash('sha256').update(content).digest('hex')
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1)
}
