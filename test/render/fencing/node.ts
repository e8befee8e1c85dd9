import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach } from 'vitest'
import type { Cluster } from '../../../src/core/cluster.ts'
import { devicesAgainstPeer, stonithDeviceFile } from '../../../src/core/fencing.ts'
import { execute, intoWorld, type Outcome } from '../group/world.ts'
import { shown } from '../tree.ts'

/** What a pretended node meets. Addresses that answer pings, and what the commands return. */
export interface Meets {
  /** Exit code of drbd-peer-outdater; 5: it got no answer. */
  readonly outdater?: number
  /** DRBD over there shows what the outdater says. */
  readonly confirms?: boolean
  readonly answering?: readonly string[]
  /** `ADDRESS PORT` that take a connection. */
  readonly listening?: readonly string[]
  /** heartbeat's word for the peer. */
  readonly peer?: string
  readonly role?: 'Primary' | 'Secondary'
  /** DRBD's current UUID. */
  readonly generation?: string
  /** DRBD's flags: `s-----` while writes are frozen. */
  readonly flags?: string
  /** What happens on the node while the handler's watcher sleeps: shell words that run in the root. */
  readonly meanwhile?: string
  /** The same as `ip` is called. */
  readonly asAddressesChange?: string
  /** Exit codes of stonith by device type; 0 unless said. */
  readonly stonith?: Readonly<Record<string, number>>
}

export interface FencedNode {
  fencePeer(resource?: string): Promise<Outcome>
  plugin(...args: readonly string[]): Promise<Outcome>
  /** Each stonith call, as its arguments without the paths' root. */
  resets(): readonly string[]
  log(): readonly string[]
  /** What was written to the kernel's reset button. */
  button(): string
  /** What heartbeat was given to send. */
  told(): string
  /** Each call of ip and arping. */
  network(): readonly string[]
  /** Once the watcher of frozen writes, which has begun, has ended. */
  watched(): void
  write(path: string, text: string): void
}

const roots: string[] = []

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, maxRetries: 20, retryDelay: 100 })
})

/** The first node of the cluster with its fencing scripts, which run under dash; nobody sleeps for long. */
export function fencedNode(cluster: Cluster, meets: Meets = {}): FencedNode {
  const root = mkdtempSync(join(tmpdir(), 'nfsha-fencing-'))
  roots.push(root)
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const command = (path: string, body: string) => {
    write(path, `#!/bin/sh\n${body}\n`)
    chmodSync(join(root, path), 0o755)
  }
  const read = (path: string) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '')
  const lines = (path: string) =>
    read(path)
      .split('\n')
      .filter(line => line !== '')
  const oneOf = (words: readonly string[], word: string) =>
    `case " ${words.join('|')}|" in *"|${word}|"* | " ${word}|"*) exit 0 ;; esac; exit 1`

  command('usr/libexec/heartbeat/drbd-peer-outdater', `exit ${meets.outdater ?? 5}`)
  command('bin/ping', `for last; do :; done\n${oneOf(['', ...(meets.answering ?? [])], '$last')}`)
  command('bin/bash', oneOf(['', ...(meets.listening ?? [])], '$3 $4'))
  command('bin/cl_status', `echo ${meets.peer ?? 'dead'}`)
  const confirming = meets.confirms === false ? '' : `: >'${root}/run/nfsha/data.peer-outdated'`
  command('bin/sleep', `cd '${root}' || exit\n${confirming}\n${meets.meanwhile ?? ''}`)
  command(
    'bin/ip',
    `echo "ip $*" >>'${root}/network'\ncd '${root}' || exit\n${meets.asAddressesChange ?? ''}`,
  )
  command('bin/arping', `echo "arping $*" >>'${root}/network'`)
  command('bin/drbdadm', `echo ${meets.generation ?? '0'}:0:0:0:1:1:0:0:0:0:0`)
  const codes = Object.entries(meets.stonith ?? {}).map(([type, code]) => `'${type}') exit ${code} ;;`)
  command('bin/stonith', `echo "$* <<< $(cat)" >>'${root}/calls'\ncase $2 in ${codes.join(' ')} esac`)
  write('proc/sys/kernel/hostname', `${cluster.nodes[0].name}\n`)
  write('proc/uptime', '4321.07 1.00\n')
  write(
    'proc/drbd',
    `version: 8.4.11 (api:1/proto:86-101)\nsrcversion: 0\n 0: cs:WFConnection ro:${meets.role ?? 'Secondary'}/Unknown ds:UpToDate/DUnknown C ${meets.flags ?? 'r-----'}\n`,
  )
  write('dev/kmsg', '')
  mkdirSync(join(root, 'run'))
  write('var/lib/heartbeat/fifo', '')
  const script = (name: string, template: string) => {
    const text = intoWorld(shown(template, cluster), root)
    write(name, text.replaceAll('>/proc', `>${root}/proc`))
    chmodSync(join(root, name), 0o755)
  }
  for (const [index, device] of devicesAgainstPeer(cluster, cluster.nodes[0].name).entries())
    write(
      stonithDeviceFile(cluster, index).slice(1),
      shown('etc/ha.d/stonith-device', cluster, cluster.nodes[0], device),
    )
  script('usr/lib/stonith/plugins/external/nfsha', 'usr/lib/stonith/plugins/external/nfsha')
  script('fence-peer', 'etc/drbd.d/nfsha-fence-peer')
  const bin = join(root, 'bin')
  return {
    fencePeer: (resource = 'data') => execute(join(root, 'fence-peer'), [], bin, { DRBD_RESOURCE: resource }),
    plugin: (...args) => execute(join(root, 'usr/lib/stonith/plugins/external/nfsha'), args, bin),
    resets: () => lines('calls').map(call => call.replaceAll(root, '')),
    log: () => lines('dev/kmsg'),
    button: () => read('proc/sysrq-trigger'),
    network: () => lines('network'),
    watched: () => void execFileSync('flock', [join(root, 'run/nfsha/data.isolated'), 'true']),
    told: () => read('var/lib/heartbeat/fifo'),
    write,
  }
}
