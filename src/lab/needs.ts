import { existsSync } from 'node:fs'
import { mkdir, readFile, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { NfshaError } from '../core/error.ts'
import { asRoot } from './privilege.ts'
import { translationCacheMiB } from './qemu.ts'
import { run } from './run.ts'
import type { Say } from './say.ts'
import type { LabSpec } from './spec.ts'

/** Commands that the lab runs, and the Debian packages that bring them. */
const packageOf: Readonly<Record<string, string>> = {
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-img': 'qemu-utils',
  mmdebstrap: 'mmdebstrap',
  mke2fs: 'e2fsprogs',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
}

/** What a lab takes of the machine. MiB. */
export interface Needs {
  readonly memoryMiB: number
  /** For this lab's disks and snapshots, in its directory. */
  readonly diskMiB: number
  /** For the image, in the cache; nothing once it is there. */
  readonly imageMiB: number
  /** Debian packages that are missing. */
  readonly packages: readonly string[]
}

/** QEMU's own memory beside the translated code: device models and the like (seen: about 100 MiB a guest). */
const perGuestMiB = 100
/** An overlay after a deploy, and the memory in four snapshots (seen: 100 to 250 MiB each). */
const perGuestDiskMiB = 1300
const imageMiB = 1500

/** The lab's appetite, by its spec and what is missing here. */
export function needsOf(spec: LabSpec, imageIsCached: boolean, missing: readonly string[]): Needs {
  const memory = spec.machines.reduce(
    (sum, { memoryMiB, role }) => sum + memoryMiB + translationCacheMiB[role] + perGuestMiB,
    0,
  )
  const data = spec.machines.flatMap(({ disksMiB }) => disksMiB).reduce((sum, size) => sum + size, 0)
  return {
    memoryMiB: memory,
    diskMiB: spec.machines.length * perGuestDiskMiB + data,
    imageMiB: imageIsCached ? 0 : imageMiB,
    packages: missing,
  }
}

/** Debian packages of the lab's commands that `path` (a PATH) does not find. */
export function missingPackages(path: string): readonly string[] {
  const directories = [...path.split(delimiter), '/usr/sbin', '/sbin']
  const missing = Object.keys(packageOf).filter(
    command => !directories.some(directory => existsSync(join(directory, command))),
  )
  return [...new Set(missing.map(command => packageOf[command] ?? command))].sort()
}

/**
 * Says what the lab needs, installs missing packages, and refuses early what could only fail late.
 * Errors: `preflight` for memory, disk, processor or a taken port; `failed` when packages cannot be had.
 */
export async function meetNeeds(
  needs: Needs,
  directories: { readonly lab: string; readonly cache: string },
  say: Say,
): Promise<void> {
  if (process.arch !== 'x64')
    throw new NfshaError(
      'preflight',
      `the lab runs on x86-64, this is ${process.arch}`,
      'use another machine',
    )
  const memory = await availableMemoryMiB()
  const disk = await freeMiB(directories.lab)
  const cache = await freeMiB(directories.cache)
  const image =
    needs.imageMiB === 0
      ? ''
      : `, ${needs.imageMiB} MiB for the image in ${directories.cache} (${cache} free)`
  const packages = needs.packages.length === 0 ? '' : `, packages ${needs.packages.join(' ')}`
  say(
    `needs ${needs.memoryMiB} MiB of memory (${memory} available), up to ${needs.diskMiB} MiB of disk in ${directories.lab} (${disk} free)${image}${packages}`,
  )
  assertEnough('memory', needs.memoryMiB, memory, 'free some, or lower lab.memory in the inventory')
  assertEnough(`disk in ${directories.lab}`, needs.diskMiB, disk, 'free some, or set lab.directory elsewhere')
  assertEnough(
    `disk in ${directories.cache}`,
    needs.imageMiB,
    cache,
    'free some, or set NFSHA_LAB_DIR elsewhere',
  )
  if (needs.packages.length > 0) await installPackages(needs.packages, say)
}

function assertEnough(what: string, wanted: number, available: number, hint: string): void {
  if (wanted > available)
    throw new NfshaError('preflight', `the lab needs ${wanted} MiB of ${what}, there are ${available}`, hint)
}

async function availableMemoryMiB(): Promise<number> {
  const kib = /^MemAvailable:\s+(\d+)/m.exec(await readFile('/proc/meminfo', 'utf8'))?.[1]
  return Math.floor(Number(kib ?? 0) / 1024)
}

async function freeMiB(directory: string): Promise<number> {
  await mkdir(directory, { recursive: true })
  const { bavail, bsize } = await statfs(directory)
  return Math.floor((bavail * bsize) / 2 ** 20)
}

const installAttempts = 3

async function installPackages(packages: readonly string[], say: Say): Promise<void> {
  const apt = [
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    '-q',
    '-y',
    '-o',
    'DPkg::Lock::Timeout=300',
  ]
  const install = [...apt, 'install', '--no-install-recommends', ...packages]
  for (let attempt = 1; ; attempt++) {
    say(`installing ${packages.join(' ')} (attempt ${attempt} of ${installAttempts})`)
    await run(asRoot([...apt, 'update']), { timeoutMs: 10 * 60_000 })
    const { code, stderr } = await run(asRoot(install), { timeoutMs: 30 * 60_000 })
    if (code === 0) return
    if (attempt === installAttempts)
      throw new NfshaError(
        'failed',
        `packages of the lab could not be installed: ${stderr.trim().split('\n').slice(-3).join(' ')}`,
        `as root: apt-get install ${packages.join(' ')}`,
      )
  }
}

/** Errors: `preflight` naming the first SSH port of the lab that something else listens on. */
export async function assertPortsFree(spec: LabSpec): Promise<void> {
  for (const { name, sshPort } of spec.machines)
    if (!(await isFree(sshPort)))
      throw new NfshaError(
        'preflight',
        `port ${sshPort} on 127.0.0.1, meant for ${name}, is taken`,
        'end what listens there (another lab?), or give the machine another port in the inventory',
      )
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
