import type { Duplex } from 'node:stream'
import type SSHConfig from 'ssh-config'
import type { ClientChannel } from 'ssh2'
import { NfshaError } from '../core/error.ts'
import { reveal } from '../core/secret.ts'
import type { Detour, HostAddress, RemoteShell, Transport } from '../core/transport.ts'
import { explainSudo, sudoWithoutPassword, sudoWithPassword } from './become.ts'
import { shellOver } from './channel.ts'
import { knownHostName } from './known-hosts.ts'
import { readSshConfig } from './ssh-config.ts'
import { type Connection, connect } from './ssh-connect.ts'
import {
  type JumpHost,
  jumpSettings,
  type SshOptions,
  type SshSettings,
  settingsFor,
} from './ssh-settings.ts'
import { whenExecSent } from './ssh-shortcuts.ts'

export type { SshOptions } from './ssh-settings.ts'

/**
 * Shells over SSH, one connection a host; jump hosts are shared. No terminal, no SFTP: one exec
 * channel, so that connecting costs what ssh(1) itself costs.
 */
export function sshTransport(options: SshOptions): Transport {
  const jumps = new Map<string, Promise<Connection>>()
  const open = new Set<Connection>()
  const reached = new Map<string, Connection>()
  let config: SSHConfig | undefined

  const configOnce = (): SSHConfig => {
    config ??= readSshConfig(
      options.configFile === undefined
        ? [`${options.home}/.ssh/config`, '/etc/ssh/ssh_config']
        : [options.configFile],
      options.home,
    )
    return config
  }

  const remember = (connection: Connection, host?: HostAddress): Connection => {
    open.add(connection)
    if (host !== undefined) reached.set(host.name, connection)
    void connection.closed.then(() => {
      open.delete(connection)
      if (host !== undefined && reached.get(host.name) === connection) reached.delete(host.name)
    })
    return connection
  }

  /** A stream to `next`, through these jump hosts one after the other; undefined without any. */
  const streamThrough = async (
    chain: readonly JumpHost[],
    next: SshSettings,
    host: HostAddress,
    signal: AbortSignal,
  ): Promise<Duplex | undefined> => {
    const last = chain.at(-1)
    if (last === undefined) return undefined
    const before = chain.slice(0, -1)
    const settings = jumpSettings(last, host.ssh, configOnce(), options)
    const key = chain.map(({ user, host: name, port }) => `${user ?? ''}@${name}:${port ?? ''}`).join(',')
    const connection =
      jumps.get(key) ??
      streamThrough(before, settings, host, signal).then(async through =>
        remember(
          await connect({
            name: `jump host ${last.host}`,
            settings,
            target: host.ssh,
            options,
            signal,
            ...(through !== undefined && { through }),
          }),
        ),
      )
    jumps.set(key, connection)
    return await forward(await connection, last, next)
  }

  return {
    open: async (host, signal) => {
      const settings = settingsFor(host.ssh, configOnce(), options)
      const through = await streamThrough(settings.jumps, settings, host, signal)
      const connection = remember(
        await connect({
          name: host.name,
          settings,
          target: host.ssh,
          options,
          signal,
          ...(through !== undefined && { through }),
        }),
        host,
      )
      return await openShell(connection, host, settings.user)
    },
    openBy: async (host, detour, signal) => {
      const carrier = reached.get(detour.through.name)
      if (carrier === undefined)
        throw new NfshaError(
          'unreachable',
          `${detour.through.name} is not connected, so there is no way through it to ${host.name}`,
          `see that ${detour.through.name} is up`,
        )
      const own = settingsFor(host.ssh, configOnce(), options)
      const { stream, place } = await untilAborted(forwardToAny(carrier, detour, own), signal)
      const settings = {
        ...own,
        ...place,
        // It must be the same host, whatever the address says.
        keyAlias: own.keyAlias ?? knownHostName(own.host, own.port),
        jumps: [],
      }
      const connection = remember(
        await connect({ name: host.name, settings, target: host.ssh, options, signal, through: stream }),
        host,
      )
      return { shell: await openShell(connection, host, own.user), address: place.host }
    },
    close: async () => {
      for (const { client } of open) client.end()
      await Promise.all([...open].map(({ closed }) => Promise.race([closed, afterMs(1000)])))
      for (const { client } of open) client.destroy()
    },
  }
}

interface Place {
  readonly host: string
  readonly port: number
}

/**
 * A stream to the first of a detour's addresses that accepts one: at the port that the host is known
 * by, and at ssh's own, since the known one may be that of a forwarding.
 */
async function forwardToAny(
  carrier: Connection,
  { through, addresses }: Detour,
  { port }: SshSettings,
): Promise<{ readonly stream: Duplex; readonly place: Place }> {
  const places = addresses.flatMap(host => [...new Set([port, 22])].map(each => ({ host, port: each })))
  const attempts = places.map(async place => ({
    stream: await forward(carrier, { host: through.name }, place),
    place,
  }))
  try {
    const first = await Promise.any(attempts)
    for (const attempt of attempts)
      attempt.then(
        ({ stream }) => stream !== first.stream && stream.destroy(),
        () => undefined,
      )
    return first
  } catch (cause) {
    throw new NfshaError(
      'unreachable',
      `${through.name} does not reach ${addresses.join(', ')} either`,
      `see the links between ${through.name} and the other node`,
      { cause },
    )
  }
}

/** The work's result, unless the signal comes first: what a dead link never answers is no more waited for. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

function forward({ client }: Connection, jump: JumpHost, to: Place): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, to.host, to.port, (error, stream) => {
      if (error === undefined) return resolve(stream)
      reject(
        new NfshaError(
          'unreachable',
          `jump host ${jump.host} cannot reach ${to.host}:${to.port}: ${error.message}`,
          `see that ${jump.host} reaches it and that its sshd has AllowTcpForwarding`,
          { cause: error },
        ),
      )
    })
  })
}

async function openShell(connection: Connection, host: HostAddress, user: string): Promise<RemoteShell> {
  const { become, becomePassword } = host.ssh
  const isSudo = become && user !== 'root'
  const command = !isSudo ? 'exec sh' : becomePassword === undefined ? sudoWithoutPassword : sudoWithPassword
  const channel = await exec(connection, command, host.name)
  const closed = new Promise<NfshaError | undefined>(resolve => {
    channel.on('close', () => {
      // The connection's own end, and its reason, come right after the channel's.
      void Promise.race([connection.closed, afterMs(50)]).then(resolve)
    })
  })
  const shell = shellOver({
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    destroy: () => connection.client.end(),
    closed,
    ...(isSudo && { explainSilence: (stderr: string) => sudoFailed(host.name, user, stderr) }),
  })
  if (isSudo && becomePassword !== undefined) await shell.write(`${reveal(becomePassword)}\n`)
  return shell
}

function exec({ client, closed }: Connection, command: string, name: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    whenExecSent(client, resolve)
    client.exec(command, (error, channel) => {
      if (error === undefined) return resolve(channel)
      const refused = new NfshaError(
        'failed',
        `${name} starts no shell for us: ${error.message}`,
        `see that the account may run commands (ForceCommand, MaxSessions in sshd_config)`,
        { cause: error },
      )
      void Promise.race([closed, afterMs(50)]).then(broken => reject(broken ?? refused))
    })
  })
}

function sudoFailed(host: string, user: string, stderr: string): NfshaError {
  const { message, hint } = explainSudo(stderr, user)
  return new NfshaError('failed', `${host}: ${message}`, hint)
}

function afterMs(ms: number): Promise<undefined> {
  return new Promise(resolve => setTimeout(() => resolve(undefined), ms).unref())
}
