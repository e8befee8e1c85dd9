import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeUtf8, type Frame, frameReader } from '../../src/executor/frames.ts'

const token = 'nfsha-0123456789abcdef'

function readAll(pieces: readonly string[]): readonly Frame[] {
  const read = frameReader(token)
  return pieces.flatMap(piece => read(piece))
}

describe('frames', () => {
  test('a frame is a line of fields', () => {
    expect(readAll([`${token} begin 0 12\n`])).toEqual([{ kind: 'begin', fields: ['0', '12'], payload: '' }])
  })

  test('a payload is as many bytes as its frame says, newlines and tokens included', () => {
    const payload = `a\n${token} answered\n`
    expect(readAll([`${token} output 1 #${payload.length}\n${payload}${token} answered\n`])).toEqual([
      { kind: 'output', fields: ['1'], payload },
      { kind: 'answered', fields: [], payload: '' },
    ])
  })

  test('what stands between frames is noise, also before one on its line', () => {
    expect(readAll([`Welcome!\nlast login: ${token} begin\nnoise ${token.slice(0, 9)} more`])).toEqual([
      { kind: 'begin', fields: [], payload: '' },
    ])
  })

  test('an empty payload is a payload', () => {
    expect(readAll([`${token} sizes #0\n${token} answered\n`])).toHaveLength(2)
  })

  test('however the bytes are cut, the same frames come', () => {
    const bytes = fc.uint8Array({ maxLength: 60 }).map(array => Buffer.from(array).toString('latin1'))
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 5 }), fc.array(fc.nat(200)), (payloads, cuts) => {
        const text = payloads.map(bytes => `noise${token} out #${bytes.length}\n${bytes}`).join('')
        const places = [...new Set([0, ...cuts.map(cut => cut % (text.length + 1)), text.length])].sort(
          (a, b) => a - b,
        )
        const pieces = places.slice(1).map((end, index) => text.slice(places[index], end))
        expect(readAll(pieces).map(frame => frame.payload)).toEqual(payloads)
      }),
    )
  })

  test('bytes become text, and what is no UTF-8 is marked', () => {
    expect(decodeUtf8(Buffer.from('žlutý').toString('latin1'))).toBe('žlutý')
    expect(decodeUtf8('\xff')).toBe('�')
  })
})
