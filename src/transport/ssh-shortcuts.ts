import type { Client, ClientChannel, ParsedKey } from 'ssh2'

/*
 * Two round trips that ssh2 spends and the protocol does not ask for. Its parts that are used here
 * are not of its published interface (1.17): where they are not what is expected, nothing is changed,
 * and connecting costs those round trips.
 */

interface Internals {
  readonly _protocol?: {
    authPK?(user: string, key: ParsedKey, algorithm: string | undefined, sign?: Sign): void
    exec?(channel: number, command: string, wantReply: boolean): void
  }
  readonly _chanMgr?: { readonly _channels?: Readonly<Record<number, unknown>> }
}

type Sign = (data: Buffer, done: (signature: Buffer) => void) => void

/** The hash that a signature algorithm of RSA keys uses (RFC 8332); other keys know theirs. */
const hashes: Readonly<Record<string, string>> = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' }

/**
 * Signs with a key file's key right away instead of asking first whether the key would do (RFC 4252,
 * 7: the question is optional). Keys of an agent are asked for first: signing may need a touch there.
 * To be called right after `client.connect`.
 */
export function signWithoutAsking(client: Client): void {
  const protocol = (client as unknown as Internals)._protocol
  const authPK = protocol?.authPK
  if (protocol === undefined || typeof authPK !== 'function') return
  protocol.authPK = (user, key, algorithm, sign) => {
    authPK.call(protocol, user, key, algorithm, sign ?? ownSignature(key, algorithm))
  }
}

function ownSignature(key: ParsedKey, algorithm: string | undefined): Sign | undefined {
  if (typeof key.isPrivateKey !== 'function' || !key.isPrivateKey()) return undefined
  return (data, done) => {
    const signature: Buffer | Error = key.sign(data, hashes[algorithm ?? ''])
    if (signature instanceof Error) throw signature
    done(signature)
  }
}

/**
 * Gives the channel as soon as the command was sent, so that what it is to read follows at once;
 * else it would wait for the server's word that the command was begun. To be called right before
 * `client.exec`, whose callback still tells whether it was.
 */
export function whenExecSent(client: Client, give: (channel: ClientChannel) => void): void {
  const { _protocol: protocol, _chanMgr: channels } = client as unknown as Internals
  const exec = protocol?.exec
  if (protocol === undefined || typeof exec !== 'function') return
  protocol.exec = (id, command, wantReply) => {
    protocol.exec = exec
    exec.call(protocol, id, command, wantReply)
    const channel = Object.values(channels?._channels ?? {}).find(each => isChannel(each, id))
    if (channel !== undefined) give(channel as ClientChannel)
  }
}

function isChannel(value: unknown, id: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return (value as { outgoing?: { id?: number } }).outgoing?.id === id
}
