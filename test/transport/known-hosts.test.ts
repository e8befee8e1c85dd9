import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  judgeHostKey,
  keyType,
  knownHostName,
  knownTypes,
  parseKnownHosts,
} from '../../src/transport/known-hosts.ts'

/** A key's wire form of this type, base64. */
function key(type: string, seed: string): string {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(type.length)
  return Buffer.concat([length, Buffer.from(type), Buffer.from(seed)]).toString('base64')
}

const ed = key('ssh-ed25519', 'one')
const edOther = key('ssh-ed25519', 'two')
const rsa = key('ssh-rsa', 'three')

function hashed(name: string): string {
  const salt = Buffer.from('0123456789abcdefghij')
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
}

const judge = (text: string, name: string, shown: string) => {
  const verdict = judgeHostKey(parseKnownHosts(text, 'kh'), name, shown)
  return 'known' in verdict ? `${verdict.kind} line ${verdict.known.line}` : verdict.kind
}

test.each([
  ['known', `m1 ssh-ed25519 ${ed}`, 'm1', ed, 'known'],
  ['case of the name', `M1.Example ssh-ed25519 ${ed}`, 'm1.example', ed, 'known'],
  ['one of several names', `m1,10.0.0.1 ssh-ed25519 ${ed} a comment`, '10.0.0.1', ed, 'known'],
  ['one of several keys', `m1 ssh-rsa ${rsa}\nm1 ssh-ed25519 ${ed}`, 'm1', ed, 'known'],
  ['a wildcard', `m? ssh-ed25519 ${ed}`, 'm1', ed, 'known'],
  ['a negated name', `m*,!m1 ssh-ed25519 ${ed}`, 'm1', ed, 'unknown'],
  ['a dot is a dot', `m.1 ssh-ed25519 ${ed}`, 'mx1', ed, 'unknown'],
  ['hashed', `${hashed('m1')} ssh-ed25519 ${ed}`, 'm1', ed, 'known'],
  ['hashed with port', `${hashed('[m1]:2222')} ssh-ed25519 ${ed}`, '[m1]:2222', ed, 'known'],
  ['hashed, another host', `${hashed('m2')} ssh-ed25519 ${ed}`, 'm1', ed, 'unknown'],
  ['another port', `[m1]:23 ssh-ed25519 ${ed}`, '[m1]:24', ed, 'unknown'],
  ['a port falls back to the plain name', `m1 ssh-ed25519 ${ed}`, '[m1]:24', ed, 'known'],
  [
    'but not where the port is known',
    `m1 ssh-ed25519 ${ed}\n[m1]:24 ssh-ed25519 ${edOther}`,
    '[m1]:24',
    ed,
    'changed line 2',
  ],
  ['changed', `# top\n\nm1 ssh-ed25519 ${edOther}`, 'm1', ed, 'changed line 3'],
  ['of another type only', `m1 ssh-rsa ${rsa}`, 'm1', ed, 'changed line 1'],
  ['revoked beats known', `m1 ssh-ed25519 ${ed}\n@revoked * ssh-ed25519 ${ed}`, 'm1', ed, 'revoked line 2'],
  ['revoked of another host', `@revoked m2 ssh-ed25519 ${ed}`, 'm1', ed, 'unknown'],
  ['an authority is no key', `@cert-authority m1 ssh-ed25519 ${ed}`, 'm1', ed, 'unknown'],
  ['lines that are none', `m1\nm1 ssh-ed25519\n# m1 ssh-ed25519 ${ed}`, 'm1', ed, 'unknown'],
  ['no file', '', 'm1', ed, 'unknown'],
])('%s', (_, text, name, shown, verdict) => {
  expect(judge(text, name, shown)).toBe(verdict)
})

describe('what goes with it', () => {
  test('a host known only by an authority is told apart', () => {
    const entries = parseKnownHosts(`@cert-authority * ssh-ed25519 ${edOther}`, 'kh')
    expect(judgeHostKey(entries, 'm1', ed)).toEqual({ kind: 'unknown', onlyByAuthority: true })
  })

  test('the types that are known, so that they are asked for first', () => {
    const text = `m1 ssh-rsa ${rsa}\nm2 ssh-ed25519 ${ed}\n@revoked m1 ssh-ed25519 ${ed}\nm1 ssh-rsa ${rsa}`
    expect(knownTypes(parseKnownHosts(text, 'kh'), 'm1')).toEqual(['ssh-rsa'])
  })

  test('names and types', () => {
    expect([knownHostName('M1', 22), knownHostName('fe80::1', 2222)]).toEqual(['m1', '[fe80::1]:2222'])
    expect([keyType(ed), keyType('')]).toEqual(['ssh-ed25519', ''])
  })
})
