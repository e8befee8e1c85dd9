import { createHash } from 'node:crypto'
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ServerHostKeyAlgorithm } from 'ssh2'
import { NfshaError } from '../core/error.ts'
import { quote } from '../core/quote.ts'
import {
  judgeHostKey,
  type KnownHost,
  keyType,
  knownHostName,
  knownTypes,
  parseKnownHosts,
} from './known-hosts.ts'
import type { SshSettings } from './ssh-settings.ts'

/** Which signature algorithms a key type is offered by; ours in ssh(1)'s order of preference. */
const algorithmsByType: readonly (readonly [string, readonly ServerHostKeyAlgorithm[]])[] = [
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa']],
]

/** Judges the keys of one host. */
export interface HostKeyCheck {
  /** What to ask the host for: the types that are known first, or a known host looks unknown. */
  readonly algorithms: ServerHostKeyAlgorithm[]
  /** Undefined when the key is good (and recorded, where `accept-new` says so), else why it is refused. */
  judge(wireKey: Buffer): Promise<NfshaError | undefined>
}

/** Reads the known_hosts files for a host. */
export async function hostKeyCheck(hostName: string, settings: SshSettings): Promise<HostKeyCheck> {
  const entries = (await Promise.all(settings.knownHostsFiles.map(readEntries))).flat()
  const name = settings.keyAlias ?? knownHostName(settings.host, settings.port)
  const types = knownTypes(entries, name)
  const known = algorithmsByType.filter(([type]) => types.includes(type))
  const others = algorithmsByType.filter(([type]) => !types.includes(type))
  return {
    algorithms: [...known, ...others].flatMap(([, algorithms]) => algorithms),
    judge: async wireKey => {
      const key = wireKey.toString('base64')
      const verdict = judgeHostKey(entries, name, key)
      if (verdict.kind === 'known') return undefined
      if (verdict.kind === 'revoked') return revoked(hostName, verdict.known)
      if (verdict.kind === 'changed') return changed(hostName, name, verdict.known, wireKey)
      if (settings.hostKeyChecking === 'off') return undefined
      if (settings.hostKeyChecking === 'accept-new') return await record(settings, name, key)
      return unknownKey(hostName, name, settings, wireKey, verdict.onlyByAuthority)
    },
  }
}

async function readEntries(file: string): Promise<readonly KnownHost[]> {
  if (file === 'none') return []
  return parseKnownHosts(await readFile(file, 'utf8').catch(() => ''), file)
}

async function record(settings: SshSettings, name: string, key: string): Promise<NfshaError | undefined> {
  const [file] = settings.knownHostsFiles
  if (file === undefined || file === 'none') return undefined
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await appendFile(file, `${name} ${keyType(key)} ${key}\n`, { mode: 0o600 })
    return undefined
  } catch (cause) {
    return new NfshaError(
      'failed',
      `cannot record the host key of ${name} in ${file}`,
      `see that ${file} can be written`,
      { cause },
    )
  }
}

function changed(host: string, name: string, known: KnownHost, wireKey: Buffer): NfshaError {
  return new NfshaError(
    'refused',
    `the host key of ${host} changed: it shows ${fingerprintOf(wireKey)}, which is not the one in ${known.file} line ${known.line}`,
    `if ${host} was really installed anew (else somebody stands between): ssh-keygen -R ${quote(name)} -f ${quote(known.file)}, then ${scanCommand(name, known.file)}`,
  )
}

function revoked(host: string, known: KnownHost): NfshaError {
  return new NfshaError(
    'refused',
    `the host key of ${host} is revoked by ${known.file} line ${known.line}`,
    `give ${host} a new host key; a revoked one is never to be trusted`,
  )
}

function unknownKey(
  host: string,
  name: string,
  settings: SshSettings,
  wireKey: Buffer,
  onlyByAuthority: boolean,
): NfshaError {
  const file = settings.knownHostsFiles[0] ?? '~/.ssh/known_hosts'
  const note = onlyByAuthority
    ? '; a certificate authority vouches for it there, which nfsha cannot check'
    : ''
  return new NfshaError(
    'refused',
    `the host key of ${host} is not known: it shows ${fingerprintOf(wireKey)}${note}`,
    `compare the fingerprint with the host's console (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then ${scanCommand(name, file)}`,
  )
}

function scanCommand(name: string, file: string): string {
  const [, host = name, port] = name.match(/^\[(.*)\]:([0-9]+)$/) ?? []
  return `ssh-keyscan${port === undefined ? '' : ` -p ${port}`} ${quote(host)} >> ${quote(file)}`
}

/** As `ssh-keygen -l` prints it. */
function fingerprintOf(wireKey: Buffer): string {
  const type = keyType(wireKey.toString('base64'))
  return `${type} SHA256:${createHash('sha256').update(wireKey).digest('base64').replace(/=+$/, '')}`
}
