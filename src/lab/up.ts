import { NfshaError } from '../core/error.ts'
import { chooseAccel } from './accel.ts'
import { blankSnapshot, coldBoot, newRunDirectory, withSwitches, writeSetup } from './boot.ts'
import { machineDigest } from './digest.ts'
import { fencerName, withFencer } from './fencer.ts'
import { cacheDirectory, ensureImage, type LabEnv, planImage } from './image.ts'
import { type LabPaths, type LabState, labPaths, makeDirectories, readState } from './instance.ts'
import { ensureKeys } from './keys.ts'
import { withLock } from './lock.ts'
import { aliveOf, endAll, switches } from './machines.ts'
import { assertPortsFree, meetNeeds, missingPackages, needsOf } from './needs.ts'
import { assertSnapshot, restore } from './restore.ts'
import type { Say } from './say.ts'
import type { LabSpec } from './spec.ts'

export interface UpOptions {
  /** Absolute. */
  readonly directory: string
  readonly env: LabEnv
  /** Snapshot to start from; `blank`, which the first `up` makes, when undefined. */
  readonly from?: string
  /** Forget disks and snapshots, and boot. */
  readonly cold: boolean
  readonly say: Say
  /** Command line by which the lab starts nfsha itself, for its fencer. */
  readonly self: readonly string[]
}

/**
 * Brings the lab up: where a snapshot left it, or by a cold boot that then takes the snapshot `blank`.
 * A lab that is up stays as it is unless `from` or `cold` asks for more. Errors: `refused` when another
 * spec is up in this directory or the snapshot does not exist; `preflight` when the machine is too
 * small or a port is taken; `failed` when the image cannot be built or a machine does not boot.
 */
export async function up(spec: LabSpec, options: UpOptions): Promise<LabState> {
  const paths = labPaths(options.directory)
  await makeDirectories(paths)
  return withLock(paths.lock, async () =>
    withFencer(paths, { ...(await upLocked(spec, paths, options)), spec }, options.self),
  )
}

async function upLocked(spec: LabSpec, paths: LabPaths, options: UpOptions): Promise<LabState> {
  const { env, say, cold, from } = options
  const planned = await planImage(env)
  const { image } = planned
  const before = await readState(paths)
  const alive = await aliveOf(before?.processes ?? [])
  const machinery = alive.filter(({ name }) => name !== fencerName).length
  const isUp = before?.run !== undefined && machinery === spec.machines.length + switches(spec).length
  if (!isUp) {
    const needs = needsOf(spec, planned.isCached, missingPackages(env.PATH ?? ''))
    await meetNeeds(needs, { lab: paths.directory, cache: cacheDirectory(env) }, say)
  }
  await ensureImage(planned, say)
  const accel = await chooseAccel(spec.accel, image, env, say)
  const digest = await machineDigest(spec, image, accel)
  const fits = before?.machineDigest === digest
  const snapshots = fits && !cold ? before.snapshots : []
  const name = from ?? blankSnapshot
  if (name !== blankSnapshot) assertSnapshot(name, snapshots, before?.snapshots)
  if (isUp && fits && !cold && (from === undefined || snapshots.includes(name))) {
    return from === undefined ? before : restore({ paths, state: before, run: before.run }, name, say)
  }
  // Asked for a snapshot or a cold boot, what is up may go; asked for nothing, it may be somebody's work.
  if (isUp && from === undefined && !cold) throw anotherIsUp(paths, before)
  const ended = await endAll(paths, before?.processes ?? [])
  if (ended.length > 0) say(`ended what an earlier run had left: ${ended.join(', ')}`)
  await assertPortsFree(spec)
  const run = await newRunDirectory(before?.run)
  const state: LabState = {
    version: 1,
    spec,
    image,
    accel,
    machineDigest: digest,
    run,
    processes: [],
    snapshots,
  }
  await ensureKeys(paths, spec)
  if (snapshots.includes(name)) return restore(await withSwitches(paths, state, run), name, say)
  await writeSetup(paths, spec, env)
  return coldBoot(paths, state, run, say)
}

function anotherIsUp(paths: LabPaths, state: LabState): NfshaError {
  return new NfshaError(
    'refused',
    `a lab made otherwise is up in ${paths.directory} (cluster ${state.spec.name}): its inventory or image has changed since`,
    'end it with `nfsha lab down`; the next `up` makes it anew. Or give this inventory a lab directory of its own',
  )
}
