import { createHmac } from 'node:crypto'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { digestOf } from '../../src/core/digest.ts'
import { fingerprint, maskText, revealText, Secret } from '../../src/core/secret.ts'

const value = 'correct horse battery staple'
const secret = new Secret('authkey', value)
const salt = new Secret('salt', 'pepper')

test('no printer shows the value', () => {
  const shown = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect(secret, { showHidden: true, depth: 9 }),
  ]
  for (const text of shown) expect(text).not.toContain(value)
})

test('a fingerprint is the start of HMAC-SHA256 under the salt', () => {
  const hex = createHmac('sha256', 'pepper').update(value).digest('hex')
  expect(fingerprint(value, salt)).toBe(`hmac:${hex.slice(0, 16)}`)
})

test('masked text keeps everything but the secret', () => {
  const text = ['auth 1\n1 sha1 ', secret, '\n']
  expect(maskText(text, salt)).toBe(`auth 1\n1 sha1 ${fingerprint(value, salt)}\n`)
  expect(revealText(text)).toBe(`auth 1\n1 sha1 ${value}\n`)
})

test('another secret of the same name gives another digest, the same value the same', () => {
  const other = new Secret('authkey', 'another value')
  const same = new Secret('renamed', value)
  expect(digestOf({ content: [secret] })).not.toBe(digestOf({ content: [other] }))
  expect(digestOf({ content: [secret] })).toBe(digestOf({ content: [same] }))
})

test('a digest does not depend on the order of keys, and does on the order of items', () => {
  expect(digestOf({ a: 1, b: [1, 2] })).toBe(digestOf({ b: [1, 2], a: 1 }))
  expect(digestOf([1, 2])).not.toBe(digestOf([2, 1]))
  expect(digestOf({ a: undefined })).toBe(digestOf({}))
})
