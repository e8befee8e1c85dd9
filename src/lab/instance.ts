import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { Image } from './image.ts'
import type { TrackedProcess } from './processes.ts'
import type { Accel, LabId } from './qemu.ts'
import type { LabSpec, MachineSpec } from './spec.ts'

/** What is known of a lab between commands: `lab.json` in its directory. */
export interface LabState {
  readonly version: 1
  readonly spec: LabSpec
  readonly image: Image
  readonly accel: Accel
  /** What snapshots were made with; others cannot be loaded. */
  readonly machineDigest: string
  /** Directory of the sockets, absent when the lab is down. */
  readonly run?: string
  readonly processes: readonly TrackedProcess[]
  /** Names of complete snapshots, of all machines together. */
  readonly snapshots: readonly string[]
}

/** Everything of one lab lies in one directory. */
export function labPaths(directory: string) {
  return {
    directory,
    state: join(directory, 'lab.json'),
    lock: join(directory, 'lock'),
    key: join(directory, 'ssh', 'id_ed25519'),
    knownHosts: join(directory, 'ssh', 'known_hosts'),
    hostKey: (machine: MachineSpec) => join(directory, 'ssh', `host-${machine.name}`),
    disk: (machine: MachineSpec, at: number) => join(directory, 'disks', `${machine.name}-${at}.qcow2`),
    setup: (machine: MachineSpec) => join(directory, 'setup', `${machine.name}.sh`),
    consoleLog: (name: string) => join(directory, 'log', `${name}.console`),
    fenceToken: join(directory, 'fence-token'),
    /** While it is there, the machine's fence device does not answer. */
    fenceDown: (name: string) => join(directory, `fence-down-${name}`),
    processLog: (name: string) => join(directory, 'log', `${name}.qemu`),
  }
}

export type LabPaths = ReturnType<typeof labPaths>

/** Sixteen hex digits of the directory: two labs have two. */
export function labId(directory: string): LabId {
  return createHash('sha256').update(directory).digest('hex').slice(0, 16)
}

export async function makeDirectories(paths: LabPaths): Promise<void> {
  for (const name of ['ssh', 'disks', 'setup', 'log'])
    await mkdir(join(paths.directory, name), { recursive: true, mode: 0o700 })
}

export async function readState(paths: LabPaths): Promise<LabState | undefined> {
  const text = await readFile(paths.state, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as LabState)
}

export async function writeState(paths: LabPaths, state: LabState): Promise<void> {
  await writeFileAtomic(paths.state, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 })
}
