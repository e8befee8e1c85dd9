import { join, resolve } from 'node:path'
import type SSHConfig from 'ssh-config'
import type { SshTarget } from '../core/cluster.ts'
import { NfshaError } from '../core/error.ts'
import { type ConfigValues, configFor, several, single } from './ssh-config.ts'

/** What the command line knows of its surroundings. */
export interface SshOptions {
  readonly home: string
  /** The local user: the remote one unless something says otherwise. */
  readonly user: string
  /** SSH_AUTH_SOCK. */
  readonly agentSocket?: string
  /** Instead of `~/.ssh/config` and `/etc/ssh/ssh_config`. */
  readonly configFile?: string
  /** Asks a person, on a terminal, for the passphrase of a key file. */
  readonly askPassphrase?: (keyFile: string) => Promise<string | undefined>
}

/** How to reach one host, everything resolved: the inventory's word first, then ssh_config(5), then ssh's defaults. */
export interface SshSettings {
  readonly host: string
  readonly port: number
  readonly user: string
  /** Under which name its key is looked up. */
  readonly keyAlias: string | undefined
  readonly identityFiles: readonly string[]
  readonly identitiesOnly: boolean
  readonly agentSocket: string | undefined
  readonly knownHostsFiles: readonly string[]
  readonly hostKeyChecking: 'strict' | 'accept-new' | 'off'
  readonly connectTimeoutMs: number
  readonly keepaliveMs: number
  readonly keepaliveCount: number
  /** Jump hosts, the nearest first. */
  readonly jumps: readonly JumpHost[]
}

export interface JumpHost {
  readonly host: string
  readonly port?: number
  readonly user?: string
}

/** Key files that ssh(1) tries, in its order, of the kinds that ssh2 can read. */
const defaultIdentities = ['id_rsa', 'id_ecdsa', 'id_ed25519']

/** Resolves a target. Throws `usage` for what ssh_config(5) says and nfsha cannot do. */
export function settingsFor(target: SshTarget, config: SSHConfig, options: SshOptions): SshSettings {
  const values = configFor(config, target.host)
  const hostName = (single(values, 'hostname') ?? '%h').replaceAll('%h', target.host)
  const port = target.port ?? Number(single(values, 'port') ?? 22)
  const user = target.user ?? single(values, 'user') ?? options.user
  const path = (text: string) => expandPath(text, { hostName, user, port, options })
  const identities =
    target.identityFile === undefined ? several(values, 'identityfile') : [target.identityFile]
  const agent = single(values, 'identityagent') ?? 'SSH_AUTH_SOCK'
  refuseProxyCommand(values, target)
  return {
    host: hostName,
    port,
    user,
    keyAlias: single(values, 'hostkeyalias'),
    identityFiles:
      identities.length > 0
        ? identities.map(path)
        : defaultIdentities.map(name => join(options.home, '.ssh', name)),
    identitiesOnly: single(values, 'identitiesonly')?.toLowerCase() === 'yes',
    agentSocket: agent === 'none' ? undefined : agent === 'SSH_AUTH_SOCK' ? options.agentSocket : path(agent),
    knownHostsFiles: knownHostsFiles(target, values).map(path),
    hostKeyChecking: checkingOf(single(values, 'stricthostkeychecking')),
    connectTimeoutMs: target.connectTimeoutMs,
    keepaliveMs: target.keepaliveMs,
    keepaliveCount: Number(single(values, 'serveralivecountmax') ?? 3),
    jumps: parseJumps(target.jump ?? single(values, 'proxyjump')),
  }
}

/**
 * A jump host's settings: what the chain says of it, then its own part of ssh_config(5). The
 * inventory's key and known hosts are those of the target, and serve where its own do not.
 */
export function jumpSettings(
  jump: JumpHost,
  target: SshTarget,
  config: SSHConfig,
  options: SshOptions,
): SshSettings {
  const { connectTimeoutMs, keepaliveMs } = target
  // The chain is whole as it was given: no jump host gets one of its own.
  const own = settingsFor(
    { ...jump, become: false, connectTimeoutMs, keepaliveMs, jump: 'none' },
    config,
    options,
  )
  const theirs = settingsFor(target, config, options)
  return {
    ...own,
    identityFiles: [...new Set([...own.identityFiles, ...theirs.identityFiles])],
    knownHostsFiles: [...new Set([...own.knownHostsFiles, ...theirs.knownHostsFiles])],
  }
}

/** `user@host:port,…` of ssh(1) -J; `none` is no jump. */
export function parseJumps(text: string | undefined): readonly JumpHost[] {
  if (text === undefined || text === '' || text.toLowerCase() === 'none') return []
  return text.split(',').map(part => {
    const found = part
      .trim()
      .match(/^(?:ssh:\/\/)?(?:(?<user>[^@]+)@)?(?<host>\[[^\]]+\]|[^:]+)(?::(?<port>[0-9]+))?$/)
    if (found?.groups?.host === undefined)
      throw new NfshaError('usage', `"${part}" is no jump host`, 'write it as user@host:port, as for ssh -J')
    const { host, user, port } = found.groups
    return {
      host: host.replace(/^\[(.*)\]$/, '$1'),
      ...(port !== undefined && { port: Number(port) }),
      ...(user !== undefined && { user }),
    }
  })
}

function knownHostsFiles(target: SshTarget, values: ConfigValues): readonly string[] {
  if (target.knownHostsFile !== undefined) return [target.knownHostsFile]
  const user = several(values, 'userknownhostsfile')
  const global = several(values, 'globalknownhostsfile')
  return [
    ...(user.length > 0 ? user : ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']),
    ...(global.length > 0 ? global : ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']),
  ]
}

function checkingOf(value: string | undefined): SshSettings['hostKeyChecking'] {
  const word = value?.toLowerCase()
  if (word === 'no' || word === 'off') return 'off'
  return word === 'accept-new' ? 'accept-new' : 'strict'
}

function refuseProxyCommand(values: ConfigValues, target: SshTarget): void {
  const command = several(values, 'proxycommand').join(' ')
  if (command === '' || command === 'none' || target.jump !== undefined) return
  throw new NfshaError(
    'usage',
    `the SSH configuration of ${target.host} has a ProxyCommand, which nfsha does not run`,
    'use ProxyJump there, or ssh.jump in the inventory',
  )
}

/** `~` and the tokens of ssh_config(5) that make sense in a path. */
function expandPath(
  text: string,
  known: { hostName: string; user: string; port: number; options: SshOptions },
): string {
  const { home, user } = known.options
  const tokens: Readonly<Record<string, string>> = {
    '%%': '%',
    '%d': home,
    '%h': known.hostName,
    '%p': String(known.port),
    '%r': known.user,
    '%u': user,
  }
  const path = text.replace(/%[%dhpru]/g, token => tokens[token] ?? token)
  if (path.startsWith('~/')) return join(home, path.slice(2))
  return path === 'none' ? path : resolve(path)
}
