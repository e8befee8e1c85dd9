import type { Duplex } from 'node:stream'
import ssh2, { type Client } from 'ssh2'
import type { SshTarget } from '../core/cluster.ts'
import { NfshaError } from '../core/error.ts'
import { hostKeyCheck } from './host-key.ts'
import { authentication } from './ssh-auth.ts'
import type { SshOptions, SshSettings } from './ssh-settings.ts'
import { signWithoutAsking } from './ssh-shortcuts.ts'

/** An authenticated connection to one host. */
export interface Connection {
  readonly client: Client
  /** Resolves once it is closed, with what broke it. */
  readonly closed: Promise<NfshaError | undefined>
}

export interface ConnectOptions {
  /** For messages. */
  readonly name: string
  readonly settings: SshSettings
  readonly target: Pick<SshTarget, 'passphrase' | 'password'>
  readonly options: SshOptions
  /** A stream through a jump host, instead of a socket of its own. */
  readonly through?: Duplex
  readonly signal: AbortSignal
}

/** Connects, verifies the host's key, authenticates. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { name, settings, through, signal } = options
  const [keys, auth] = await Promise.all([
    hostKeyCheck(name, settings),
    authentication(settings, options.target, options.options),
  ])
  signal.throwIfAborted()
  const client = new ssh2.Client()
  let refusal: NfshaError | undefined
  let broken: NfshaError | undefined

  const closed = new Promise<NfshaError | undefined>(resolve => {
    client.on('close', () => resolve(broken))
  })
  // Kept for the connection's whole life: a late ECONNRESET without a listener ends the process.
  client.on('error', error => {
    broken ??= refusal ?? explain(error, name, settings, auth.tried())
  })

  await new Promise<void>((resolve, reject) => {
    const onAbort = () => {
      broken ??= new NfshaError(
        'interrupted',
        `stopped while connecting to ${name}`,
        'nothing was done there',
      )
      client.destroy()
    }
    // What ends connecting ends nothing later: an interrupt lets the running step finish.
    const settle = (how: () => void) => {
      signal.removeEventListener('abort', onAbort)
      how()
    }
    signal.addEventListener('abort', onAbort)
    client.once('ready', () => settle(resolve))
    client.once('error', () => settle(() => reject(broken)))
    client.once('close', () => settle(() => reject(broken ?? ended(name))))
    client.once('connect', () => client.setNoDelay(true))
    client.connect({
      host: settings.host,
      port: settings.port,
      username: settings.user,
      readyTimeout: settings.connectTimeoutMs,
      keepaliveInterval: settings.keepaliveMs,
      keepaliveCountMax: settings.keepaliveCount,
      algorithms: { serverHostKey: keys.algorithms },
      hostVerifier: (key: Buffer, verify: (good: boolean) => void) => {
        void keys.judge(key).then(found => {
          refusal = found
          verify(found === undefined)
        })
      },
      authHandler: auth.handler,
      ...(through !== undefined && { sock: through }),
    })
    signWithoutAsking(client)
  })
  return { client, closed }
}

function ended(name: string): NfshaError {
  return new NfshaError('unreachable', `${name} closed the connection`, `see sshd's log on ${name}`)
}

/** ssh2's error in words: what failed, where, and what to do. */
function explain(
  error: Error & { level?: string; code?: string },
  name: string,
  settings: SshSettings,
  tried: readonly string[],
): NfshaError {
  const where = `${settings.user}@${settings.host}:${settings.port}`
  const more = { cause: error }
  if (error.level === 'client-authentication') {
    const what = tried.length === 0 ? 'there was no key or password to try' : `tried: ${tried.join(', ')}`
    return new NfshaError(
      'failed',
      `${name} (${where}) does not let us in; ${what}`,
      `make \`ssh ${settings.port === 22 ? '' : `-p ${settings.port} `}${settings.user}@${settings.host}\` work without a password (ssh-copy-id), or set ssh.identityFile`,
      more,
    )
  }
  // What forwards a port (a jump host, NAT, QEMU) accepts for a host that is down, and hangs up.
  if (error.message === 'Connection lost before handshake')
    return new NfshaError(
      'unreachable',
      `${name} (${where}) hung up before it said anything`,
      `see that ${name} is up, and that sshd listens there`,
      more,
    )
  if (error.level === 'handshake' || error.level === 'protocol')
    return new NfshaError(
      'failed',
      `${name} (${where}): ${error.message}`,
      `see that sshd answers there: ssh -v ${settings.host}`,
      more,
    )
  if (error.message === 'Keepalive timeout')
    return new NfshaError(
      'unreachable',
      `the link to ${name} (${where}) is dead: no answer to keepalives`,
      `see that ${name} is up and the network in between; running again is safe`,
      more,
    )
  if (error.level === 'client-timeout')
    return new NfshaError(
      'unreachable',
      `${name} (${where}) did not answer within ${settings.connectTimeoutMs / 1000} s`,
      `see that ${name} is up and that nothing blocks port ${settings.port}`,
      more,
    )
  return new NfshaError(
    'unreachable',
    `${name} (${where}): ${reasonOf(error)}`,
    `see that ${name} is up, that sshd listens there, and ssh.host and ssh.port in the inventory`,
    more,
  )
}

function reasonOf(error: Error & { code?: string }): string {
  if (error.code === 'ECONNREFUSED') return 'connection refused'
  if (error.code === 'ECONNRESET') return 'the connection was reset'
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return 'its name does not resolve'
  if (error.code === 'EHOSTUNREACH' || error.code === 'ENETUNREACH') return 'no route to it'
  return error.message
}
