import { execFile } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Cluster } from '../../../src/core/cluster.ts'
import { stateImage } from '../../../src/render/nfs.ts'
import { shown } from '../tree.ts'

/** Of a world's mountd: larger than any real one (PID_MAX_LIMIT, 2^22), so that no signal finds it. */
const mountdProcess = 9_999_999

/** Where systemd keeps a unit's processes, below a world's root. */
export const systemSlice = 'sys/fs/cgroup/system.slice'

/** How a run of the group's script ended. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A pretended node in a directory, on which the rendered script runs under dash with stubbed commands. */
export interface World {
  run(...args: readonly string[]): Promise<Outcome>
  /** Hands heartbeat's message with these fields to rc.d/nfsha. */
  receive(fields: Readonly<Record<string, string>>): Promise<Outcome>
  /** The commands that were called so far, one a line, as `name arguments`. */
  calls(): readonly string[]
  forgetCalls(): void
  /** The lines that went to the kernel log. */
  log(): readonly string[]
  write(path: string, text: string): void
  read(path: string): string | undefined
  has(path: string): boolean
  remove(path: string): void
  /** Sets when a file was last written, in seconds since the epoch. */
  touch(path: string, seconds: number): void
  /** Mounts a device as somebody else than the script would. */
  mount(device: string, point: string): void
  /** Sets what /proc/drbd says of minor 0, or of another one. */
  drbd(connection: string, roles: string, disks: string, minor?: number): void
  /** Lets a stubbed command fail: `drbdadm-primary`, `umount`, `systemctl-restart`; `times` or for good. */
  fail(command: string, times?: number): void
  /** Puts a command of this shell text in the way; its calls are logged like any other's. */
  command(name: string, text: string): void
  end(): void
}

const commands = [
  ...[
    'drbdadm',
    'drbdsetup',
    'mount',
    'umount',
    'systemctl',
    'ip',
    'ss',
    'arping',
    'fuser',
    'exportfs',
    'rpcinfo',
  ],
  ...[
    'udevadm',
    'rpc.nfsd',
    'rpc.statd',
    'nfsdcld',
    'sm-notify',
    'pkill',
    'cl_status',
    'sleep',
    'sync',
    'install',
    'unshare',
    'sh',
    'dd',
    'mke2fs',
  ],
]

const stubs = readFileSync(fileURLToPath(new URL('./world-stubs.sh', import.meta.url)), 'utf8')

/** A node of `cluster` (the first unless named) that is booted and holds nothing. */
export function createWorld(cluster: Cluster, nodeName = cluster.nodes[0].name): World {
  const root = mkdtempSync(join(tmpdir(), 'nfsha-world-'))
  const at = (path: string) => join(root, path)
  const write = (path: string, text: string) => {
    mkdirSync(dirname(at(path)), { recursive: true })
    writeFileSync(at(path), text)
  }
  const executable = (path: string, text: string) => {
    write(path, text)
    chmodSync(at(path), 0o755)
  }
  const read = (path: string) => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : undefined)
  const lines = (path: string) => (read(path) ?? '').split('\n').filter(line => line !== '')

  for (const command of commands) executable(`bin/${command}`, `#!/bin/sh\nROOT='${root}'\n${stubs}`)
  executable('usr/libexec/heartbeat/tickle_tcp', `#!/bin/sh\nROOT='${root}'\n${stubs}`)
  executable('nfsha', intoWorld(shown('etc/ha.d/resource.d/nfsha', cluster), root))
  executable('rc.d-nfsha', intoWorld(shown('etc/ha.d/rc.d/nfsha', cluster), root))
  write('proc/sys/kernel/hostname', `${nodeName}\n`)
  write('proc/uptime', '4321.07 1.00\n')
  write('proc/mounts', '/dev/vda / ext4 rw 0 0\n')
  write('dev/kmsg', '')
  write('addresses', '1: lo    inet 127.0.0.1/8 scope host lo\n')
  write(
    'etab',
    cluster.exports.map(({ path }) => `${join(root, path).replaceAll(' ', '\\040')}\t*(rw)\n`).join(''),
  )
  write('gi', 'A1B2C3D4E5F60718:0000000000000000:0:0:1:1:0:0:0:0:0\n')
  write('peer', 'dead\n')
  write('run/heartbeat.pid', `${process.pid}\n`)
  write('var/lib/heartbeat/fifo', '')
  mkdirSync(at('run/rpc_pipefs/nfsd'), { recursive: true })
  write('etc/exports.d/nfsha.exports', '')
  write('etc/exports', '')
  write(stateImage(cluster), '')
  write('proc/fs/nfsd/threads', '0\n')
  // mountd is up since boot, and its table is newer than the exports.
  write(`${systemSlice}/nfs-mountd.service/cgroup.procs`, `${mountdProcess}\n`)
  write(`proc/${mountdProcess}/stat`, `${mountdProcess} (rpc.mountd) S 1\n`)
  write('var/lib/nfs/etab', read('etab') ?? '')

  const drbdLines = new Map<number, string>()
  return {
    run: (...args) => execute(at('nfsha'), args, at('bin')),
    receive: fields =>
      execute(
        at('rc.d-nfsha'),
        ['nfsha'],
        at('bin'),
        Object.fromEntries(Object.entries(fields).map(([name, value]) => [`HA_${name}`, value])),
      ),
    calls: () => lines('calls'),
    forgetCalls: () => write('calls', ''),
    log: () => lines('dev/kmsg'),
    write,
    read,
    has: path => existsSync(at(path)),
    remove: path => rmSync(at(path), { recursive: true }),
    touch: (path, seconds) => utimesSync(at(path), seconds, seconds),
    mount: (device, point) => write('proc/mounts', `${device} ${at(point)} ext4 rw 0 0\n`),
    drbd(connection, roles, disks, minor = 0) {
      drbdLines.set(minor, ` ${minor}: cs:${connection} ro:${roles} ds:${disks} C r-----\n    ns:0 nr:0\n`)
      const devices = [...drbdLines].sort(([a], [b]) => a - b).map(([, line]) => line)
      write('proc/drbd', `version: 8.4.11 (api:1/proto:86-101)\nsrcversion: 0\n${devices.join('\n')}`)
    },
    fail: (command, times = 1_000_000) => write(`fail/${command}`, `${times}\n`),
    command: (name, text) =>
      executable(`bin/${name}`, `#!/bin/sh\nprintf '%s\\n' "${name} $*" >>'${root}/calls'\n${text}\n`),
    end: () => rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  }
}

/** The script with every path outside PATH moved below the world's root; the kernel log is a file that grows. */
export function intoWorld(script: string, root: string): string {
  return script
    .split('\n')
    .map(line =>
      line.startsWith('PATH=')
        ? line
        : line.replaceAll(/(?<![\w$}/])\/(proc|sys|run|var|srv|usr|etc)\//g, `${root}/$1/`),
    )
    .join('\n')
    .replaceAll('>/dev/kmsg', `>>${root}/dev/kmsg`)
}

export function execute(
  script: string,
  args: readonly string[],
  bin: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return new Promise(resolve => {
    execFile(
      '/usr/bin/dash',
      [script, ...args],
      { env: { ...more, PATH: `${bin}:${process.env.PATH ?? ''}` } },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })
}
