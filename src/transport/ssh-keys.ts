import { readFile } from 'node:fs/promises'
import type { ParsedKey } from 'ssh2'
import ssh2 from 'ssh2'
import { reveal, type Secret } from '../core/secret.ts'
import type { SshOptions, SshSettings } from './ssh-settings.ts'

/** One way to prove who we are, tried in order. */
export type Identity =
  | { readonly kind: 'agent'; readonly keys: readonly ParsedKey[]; readonly name: string }
  | { readonly kind: 'file'; readonly file: string; readonly name: string }

/**
 * The identities in ssh(1)'s order: agent keys that an identity file names, then the agent's others
 * (unless IdentitiesOnly), then the files whose keys the agent does not hold.
 */
export async function identitiesFor(settings: SshSettings): Promise<readonly Identity[]> {
  const held = settings.agentSocket === undefined ? [] : await agentKeys(settings.agentSocket)
  const files = await Promise.all(
    settings.identityFiles.map(async file => ({ file, wire: await publicKeyOf(file) })),
  )
  const wires = held.map(wireOf)
  const named = files.map(({ wire }) => wire)
  const inFiles = held.filter((_, index) => named.includes(wires[index]))
  const others = settings.identitiesOnly ? [] : held.filter(key => !inFiles.includes(key))
  const ordered = [...inFiles, ...others]
  return [
    ...(ordered.length === 0
      ? []
      : [{ kind: 'agent' as const, keys: ordered, name: `${ordered.length} key(s) of the agent` }]),
    ...files
      .filter(({ wire }) => wire !== undefined && !wires.includes(wire))
      .map(({ file }) => ({ kind: 'file' as const, file, name: file })),
  ]
}

/** The keys that an agent holds; an agent that does not answer holds none. */
function agentKeys(socket: string): Promise<readonly ParsedKey[]> {
  return new Promise(resolve => {
    ssh2.createAgent(socket).getIdentities((error, keys) => {
      const parsed = (error ? [] : (keys ?? [])).map(key => ssh2.utils.parseKey(key as Buffer))
      resolve(parsed.filter((key): key is ParsedKey => !(key instanceof Error)))
    })
  })
}

/** An agent that shows these keys only. */
export function agentOf(socket: string, keys: readonly ParsedKey[]): ssh2.BaseAgent {
  const agent = ssh2.createAgent(socket)
  // ssh2 knows agents by their class, so this is the real one with one answer replaced.
  agent.getIdentities = callback => callback(undefined, [...keys])
  return agent
}

/** Base64 of the public key; `encrypted` key files tell it by their `.pub`. Undefined: no such file. */
async function publicKeyOf(file: string): Promise<string | undefined> {
  const beside = await textOf(`${file}.pub`)
  const own = beside ?? (await textOf(file))
  if (own === undefined) return undefined
  const key = ssh2.utils.parseKey(own)
  // Encrypted and without a .pub: it is tried, under a name that no agent's key has.
  return key instanceof Error ? file : wireOf(Array.isArray(key) ? key[0] : key)
}

function wireOf(key: ParsedKey): string {
  return key.getPublicSSH().toString('base64')
}

async function textOf(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch(() => undefined)
}

/** A key file, opened; or why not, in words for a person. */
export async function openKeyFile(
  file: string,
  passphrase: Secret | undefined,
  ask: SshOptions['askPassphrase'],
): Promise<{ key: ParsedKey } | { problem: string }> {
  const text = await textOf(file)
  if (text === undefined) return { problem: `${file} cannot be read` }
  const plain = parse(text, undefined)
  if ('key' in plain || !/passphrase|encrypted/i.test(plain.problem)) return plain
  const word = passphrase === undefined ? await ask?.(file) : reveal(passphrase)
  if (word === undefined) return { problem: `${file} has a passphrase, and none was given` }
  const opened = parse(text, word)
  return 'key' in opened ? opened : { problem: `${file}: the passphrase does not open it` }
}

function parse(text: string, passphrase: string | undefined): { key: ParsedKey } | { problem: string } {
  const found = ssh2.utils.parseKey(text, passphrase)
  const key = Array.isArray(found) ? found[0] : found
  if (key instanceof Error) return { problem: key.message }
  return key.isPrivateKey() ? { key } : { problem: 'it holds no private key' }
}
