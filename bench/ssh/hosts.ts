import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { folder, routed } from './steps.ts'

/** A network and mount namespace with a real sshd. */
export interface BenchHost {
  readonly address: string
  /** Undoes what the steps did. */
  reset(): void
  stop(): void
}

/** Starts host `index` (1, 2); needs root. Its keys are made in `keys`, and its host key is written to known_hosts there. */
export async function startHost(index: number, keys: string): Promise<BenchHost> {
  // The benchmarks' own network, RFC 2544: it is nobody's.
  const [outside, address] = [`198.18.${index}.1`, `198.18.${index}.2`]
  const config = join(keys, `sshd-${index}`)
  writeFileSync(
    config,
    [
      `ListenAddress ${address}`,
      `HostKey ${keys}/host`,
      `AuthorizedKeysFile ${keys}/id.pub`,
      'StrictModes no',
      'UsePAM no',
      'PidFile none',
      '',
    ].join('\n'),
  )
  const mounts = ['/run', '/var/lib', '/srv', '/root'].map(path =>
    path === '/var/lib'
      ? // dpkg's list of packages stays what it is; only our own folder is the host's.
        'mkdir -p /var/lib/nfsha && mount -t tmpfs nfsha-bench /var/lib/nfsha'
      : `mount -t tmpfs -o mode=755 nfsha-bench ${path}`,
  )
  const script = [
    ...mounts,
    'mkdir /run/sshd',
    'ip link set lo up',
    'while ! ip link show eth0 >/dev/null 2>&1; do sleep 0.1; done',
    `ip addr add ${address}/30 dev eth0`,
    'ip link set eth0 up',
    `exec /usr/sbin/sshd -D -e -f ${config}`,
  ].join(' && ')
  const child = spawn('unshare', ['-n', '-m', 'sh', '-c', script], { stdio: ['ignore', 'ignore', 'ignore'] })
  const pid = String(child.pid)
  const link = `nfshab${index}p${pid}`.slice(0, 15)
  await untilOwnNetwork(pid)
  ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', pid)
  ip('addr', 'add', `${outside}/30`, 'dev', link)
  ip('link', 'set', link, 'up')
  await untilListening(child, address)
  const inside = (command: string) => execFileSync('nsenter', ['-t', pid, '-n', '-m', 'sh', '-c', command])
  return {
    address,
    reset: () => {
      inside(
        `rm -rf ${folder}*; ${routed.map(route => `ip route del ${route}/32 2>/dev/null`).join('; ')}; true`,
      )
    },
    stop: () => {
      child.kill('SIGKILL')
      // The link goes with its namespace, which sshd's children may keep a little.
      execFileSync('sh', ['-c', `ip link del ${link} 2>/dev/null || true`])
    },
  }
}

function ip(...argv: readonly string[]): void {
  execFileSync('ip', argv)
}

async function untilOwnNetwork(pid: string): Promise<void> {
  const ours = execFileSync('readlink', ['/proc/self/ns/net'], { encoding: 'utf8' })
  while (execFileSync('readlink', [`/proc/${pid}/ns/net`], { encoding: 'utf8' }) === ours) await pause(20)
}

async function untilListening(child: ChildProcess, address: string): Promise<void> {
  while (child.exitCode === null) {
    const socket = connect(22, address)
    const isUp = await new Promise<boolean>(resolve => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (isUp) return
    await pause(50)
  }
  throw new Error(`the sshd of ${address} did not start`)
}

/** The keys of the benchmark: `id` logs in, `host` is the hosts'. */
export function makeKeys(keys: string): void {
  for (const name of ['id', 'host'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'bench', '-f', join(keys, name)])
}

/** known_hosts for these loopback ports. */
export function writeKnownHosts(keys: string, ports: readonly number[]): string {
  const key = readFileSync(join(keys, 'host.pub'), 'utf8').trim()
  const file = join(keys, 'known_hosts')
  writeFileSync(file, ports.map(port => `[127.0.0.1]:${port} ${key}\n`).join(''))
  return file
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
