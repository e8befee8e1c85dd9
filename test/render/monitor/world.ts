import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Cluster } from '../../../src/core/cluster.ts'
import { factValue } from '../../../src/core/fact.ts'
import { type MonitorFact, monitorState } from '../../../src/facts/monitor.ts'
import { shown } from '../tree.ts'

/** A pretended node on which the monitor runs under dash, with stubbed commands and a clock of its own. */
export interface World {
  /** Runs the monitor for so many looks; what it wrote to the journal. */
  watch(looks: number): Promise<readonly string[]>
  /** Runs these lines of shell after a look, in the world's root. */
  after(look: number, script: string): void
  /** The state that the monitor published at a look. */
  state(look: number): MonitorFact
  calls(): readonly string[]
  write(path: string, text: string): void
  /** Puts a program there. */
  executable(path: string, text: string): void
  read(path: string): string | undefined
  /** Lets a stubbed command fail so often; always without a number. */
  fail(command: string, times?: number): void
  end(): void
}

const commands = [
  ...[
    'sleep',
    'cl_status',
    'ip',
    'rpcinfo',
    'dd',
    'ss',
    'arping',
    'flock',
    'systemctl',
    'systemd-notify',
    'sync',
    'drbdadm',
    'stat',
  ],
  ...['ha/resource.d/nfsha', 'share/hb_standby', 'hook'],
]

/** Larger than any real one (PID_MAX_LIMIT, 2^22), so that no signal finds it. */
export const noProcess = 9_999_999

const stubs = readFileSync(fileURLToPath(new URL('./stubs.sh', import.meta.url)), 'utf8')

/** The first node of `cluster`, which holds the group and serves. */
export function createWorld(cluster: Cluster): World {
  const root = mkdtempSync(join(tmpdir(), 'nfsha-monitor-'))
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
  const lines = (text: string | undefined) => (text ?? '').split('\n').filter(line => line !== '')

  for (const command of commands) executable(`bin/${command}`, `#!/bin/sh\nROOT='${root}'\n${stubs}`)
  executable('nfsha-monitor', intoWorld(shown('usr/local/sbin/nfsha-monitor', cluster), root))
  for (const directory of ['events', 'states', 'dead', 'fail', 'run/nfsha', 'var/lib/nfsha/guard'])
    mkdirSync(at(directory), { recursive: true })
  mkdirSync(at('srv/nfsha/.nfsha/tickle'), { recursive: true })
  write('look', '0\n')
  write('proc/sys/kernel/hostname', `${cluster.nodes[0].name}\n`)
  write('proc/uptime', '4321.07 1.00\n')
  const state = at('srv/nfsha/.nfsha')
  write('proc/mounts', `/dev/drbd0 ${at('srv/nfsha')} ext4 rw 0 0\n/dev/loop0 ${state} ext4 rw 0 0\n`)
  write('proc/drbd', drbd('Connected', 'Primary/Secondary', 'UpToDate/UpToDate'))
  write('proc/diskstats', diskstats())
  mkdirSync(at('sys/block/drbd0/slaves/sdb'), { recursive: true })
  write('proc/fs/nfsd/threads', '16\n')
  write('var/lib/nfs/etab', `${at('srv/nfsha/data')}\t*(rw)\n`)
  for (const unit of ['nfs-mountd', 'nfsdcld'])
    write(`sys/fs/cgroup/system.slice/${unit}.service/cgroup.procs`, `${noProcess}\n`)
  write(`proc/${noProcess}/stat`, `${noProcess} (rpc.mountd) S 1\n`)
  write('run/heartbeat.pid', `${noProcess}\n`)
  mkdirSync(at('run/rpc_pipefs/nfsd'), { recursive: true })
  execFileSync('mkfifo', [at('run/rpc_pipefs/nfsd/cld')])
  write('addresses', '2: em1    inet 192.168.0.219/24 scope global em1\n')
  const routes = cluster.hostRoutes[cluster.nodes[0].name] ?? []
  write(
    'routes',
    routes.map(route => `${route.destination} dev ${route.nic} scope link src ${route.source} \n`).join(''),
  )
  write('room', '1000 900 1000 900\n')
  write('rscstatus', 'local\n')
  write('peer', 'active\n')
  write('run/nfsha/group.active', '')
  return {
    watch: looks => {
      write('last', `${Number(read('look')) + looks}\n`)
      return new Promise(resolve => {
        execFile(
          '/usr/bin/dash',
          [at('nfsha-monitor'), 'run'],
          { env: { PATH: `${at('bin')}:${process.env.PATH ?? ''}` } },
          (_, stdout) => resolve(lines(stdout)),
        )
      })
    },
    after: (look, script) => executable(`events/${look}`, `#!/bin/sh\ncd '${root}'\n${script}\n`),
    state(look) {
      const state = factValue(monitorState.parse({ stdout: read(`states/${look}`) ?? '', exitCode: 0 }))
      if (state === undefined) throw new Error(`the state of look ${look} is not understood`)
      return state
    },
    calls: () => lines(read('calls')),
    write,
    executable,
    read,
    fail: (command, times) => write(`fail/${command}`, `${times ?? 'always'}\n`),
    end: () => rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  }
}

/** /proc/drbd with one device. */
export function drbd(connection: string, roles: string, disks: string, outOfSync = 0): string {
  return `version: 8.4.11 (api:1/proto:86-101)\nsrcversion: 0\n 0: cs:${connection} ro:${roles} ds:${disks} C r-----\n    ns:0 nr:0 dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:${outOfSync}\n`
}

/** What a disk has done since it was there: requests of each kind, and milliseconds. */
export interface DiskCounters {
  readonly writes: number
  readonly waited: number
  readonly flying: number
  readonly busy: number
}

/** /proc/diskstats with the disk below the volume, DRBD's device, and a disk of no concern. */
export function diskstats(sdb?: DiskCounters, drbd0?: DiskCounters): string {
  const line = (name: string, { writes, waited, flying, busy }: DiskCounters) =>
    `   8      16 ${name} 0 0 0 0 ${writes} 3 80 ${waited} ${flying} ${busy} ${waited} 0 0 0 0 7 9\n`
  const nothing = { writes: 0, waited: 0, flying: 0, busy: 0 }
  const system = { writes: 9, waited: 90_000, flying: 4, busy: 90_000 }
  return `${line('sda', system)}${line('sdb', sdb ?? nothing)}${line('drbd0', drbd0 ?? nothing)}`
}

/** The script with every path of the node moved below the world's root. */
function intoWorld(script: string, root: string): string {
  return script
    .split('\n')
    .map(line =>
      line.startsWith('PATH=')
        ? line
        : line
            .replaceAll(/(?<![\w$}/])\/(proc|sys|run|var|srv)\//g, `${root}/$1/`)
            .replaceAll('/etc/ha.d/', `${root}/bin/ha/`)
            .replaceAll('/usr/share/heartbeat/', `${root}/bin/share/`)
            .replaceAll('/usr/local/sbin/nfsha-rehearse', `${root}/bin/nfsha-rehearse`)
            .replaceAll('/usr/local/bin/page', `${root}/bin/hook`)
            .replaceAll('/dev/kmsg', `${root}/kmsg`),
    )
    .join('\n')
}
