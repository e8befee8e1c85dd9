import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/*
 * Real sshd on loopback ports, each in a mount namespace of its own: its users, sudoers, /run,
 * /var/lib and /srv are its own, and nothing of this machine is changed. Needs root, openssh-server
 * and sudo.
 */

export interface TestUser {
  readonly name: string
  readonly password?: string
  /** What sudoers says after the name; without it, nothing. */
  readonly sudoers?: string
}

export interface TestServer {
  readonly port: number
  readonly folder: string
  /** `ssh-ed25519 AAAA…` of its host keys, by type. */
  readonly hostKeys: Readonly<Record<'ed25519' | 'rsa', string>>
  /** What sshd logged. */
  log(): string
  /** Runs a command on the "host", beside any session. */
  run(script: string): string
  stop(): Promise<void>
}

export interface ServerOptions {
  readonly users?: readonly TestUser[]
  /** Public keys that may log in, as any user. */
  readonly authorizedKeys: readonly string[]
  /** More lines of sshd_config. */
  readonly config?: readonly string[]
}

export async function startServer(options: ServerOptions): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'nfsha-sshd-'))
  // sshd reads the authorized keys as the user.
  chmodSync(folder, 0o755)
  const port = await freePort()
  const file = (name: string, content: string, mode = 0o600): string => {
    writeFileSync(join(folder, name), content, { mode })
    return join(folder, name)
  }
  const hostKeys = {
    ed25519: newKey(join(folder, 'host_ed25519')),
    rsa: newKey(join(folder, 'host_rsa'), { type: 'rsa' }),
  }
  const keys = file('authorized_keys', `${options.authorizedKeys.join('\n')}\n`, 0o644)
  const config = file(
    'sshd_config',
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${folder}/host_ed25519`,
      `HostKey ${folder}/host_rsa`,
      `AuthorizedKeysFile ${keys}`,
      'StrictModes no',
      'UsePAM no',
      'LogLevel VERBOSE',
      'PidFile none',
      ...(options.config ?? []),
      '',
    ].join('\n'),
  )
  const users = options.users ?? []
  const binds = {
    '/etc/passwd': file('passwd', passwd(users), 0o644),
    '/etc/shadow': file('shadow', shadow(users)),
    '/etc/group': file('group', group(users), 0o644),
    '/etc/sudoers': file('sudoers', `root ALL=(ALL) ALL\n${users.map(sudoersLine).join('')}`, 0o440),
  }
  const mounts = [
    ...Object.entries(binds).map(([target, source]) => `mount --bind ${source} ${target}`),
    ...['/run', '/var/lib', '/srv'].map(path => `mount -t tmpfs -o mode=755 nfsha-test ${path}`),
    'mkdir -p /run/sshd',
  ]
  const script = `${mounts.join(' && ')} && exec /usr/sbin/sshd -D -e -f ${config}`
  const child = spawn('unshare', ['-m', 'sh', '-c', script], { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  await untilListening(child, port, () => log)
  return {
    port,
    folder,
    hostKeys,
    log: () => log,
    run: command =>
      execFileSync('nsenter', ['-t', String(child.pid), '-m', 'sh', '-c', command], { encoding: 'utf8' }),
    stop: async () => {
      if (child.exitCode === null) {
        child.kill('SIGKILL')
        await once(child, 'close')
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Makes a key pair and gives the public half. */
export function newKey(path: string, options: { type?: string; passphrase?: string } = {}): string {
  const { type = 'ed25519', passphrase = '' } = options
  const bits = type === 'rsa' ? ['-b', '2048'] : []
  execFileSync('ssh-keygen', ['-q', '-t', type, ...bits, '-N', passphrase, '-C', 'test', '-f', path])
  return readFileSync(`${path}.pub`, 'utf8').trim()
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** A folder for a test's client side: `~/.ssh` and such. */
export function newHome(): { home: string; remove: () => void } {
  const home = mkdtempSync(join(tmpdir(), 'nfsha-home-'))
  mkdirSync(join(home, '.ssh'), { mode: 0o700 })
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) }
}

async function untilListening(child: ChildProcess, port: number, log: () => string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) throw new Error(`sshd did not start: ${log()}`)
    const socket = connect(port, '127.0.0.1')
    const isUp = await new Promise<boolean>(resolve => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (isUp) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`sshd does not listen: ${log()}`)
}

const firstUid = 54_000

function passwd(users: readonly TestUser[]): string {
  const lines = users.map(
    ({ name }, index) => `${name}:x:${firstUid + index}:${firstUid + index}::/tmp:/bin/sh`,
  )
  return `${readFileSync('/etc/passwd', 'utf8')}${lines.join('\n')}\n`
}

function group(users: readonly TestUser[]): string {
  const lines = users.map(({ name }, index) => `${name}:x:${firstUid + index}:`)
  return `${readFileSync('/etc/group', 'utf8')}${lines.join('\n')}\n`
}

function shadow(users: readonly TestUser[]): string {
  const lines = users.map(
    ({ name, password }) => `${name}:${password === undefined ? '*' : crypt(password)}:19000:0:99999:7:::`,
  )
  return `${readFileSync('/etc/shadow', 'utf8')}${lines.join('\n')}\n`
}

/** SHA-512 crypt(3), by the perl that every Debian has. */
function crypt(password: string): string {
  return execFileSync('perl', ['-e', 'print crypt($ARGV[0], q($6$saltsalt$))', password], {
    encoding: 'utf8',
  })
}

function sudoersLine({ name, sudoers }: TestUser): string {
  return sudoers === undefined ? '' : `${name} ${sudoers}\n`
}
