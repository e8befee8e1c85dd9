/**
 * What a node says, in frames: a line `TOKEN KIND FIELD…`, and when its last field is `#N`, N bytes
 * right after the line. The token is unguessable and of one session only, so that no output of a
 * command can pass for a frame; what stands between frames (a profile's greeting) is noise.
 */
export interface Frame {
  readonly kind: string
  readonly fields: readonly string[]
  /** Bytes, one a character (latin1); `decodeUtf8` makes text of it. */
  readonly payload: string
}

/** Text of bytes that travelled as latin1; invalid UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/**
 * Makes a reader that takes the session's output piece by piece, cut anywhere, and gives the frames
 * that are complete. Holds at most one frame besides the last piece.
 */
export function frameReader(token: string): (piece: string) => readonly Frame[] {
  let text = ''
  let open: { kind: string; fields: readonly string[]; missing: number; parts: string[] } | undefined

  const readPayload = (): Frame | undefined => {
    if (open === undefined || text.length < open.missing) {
      if (open !== undefined && text !== '') {
        open.parts.push(text)
        open.missing -= text.length
        text = ''
      }
      return undefined
    }
    open.parts.push(text.slice(0, open.missing))
    text = text.slice(open.missing)
    const frame = { kind: open.kind, fields: open.fields, payload: open.parts.join('') }
    open = undefined
    return frame
  }

  const readHead = (): Frame | undefined => {
    const start = text.indexOf(token)
    if (start === -1) {
      // Noise; its end may be the first part of a token.
      text = text.slice(-token.length)
      return undefined
    }
    const end = text.indexOf('\n', start)
    if (end === -1) return undefined
    const [kind = '', ...fields] = text.slice(start + token.length + 1, end).split(' ')
    text = text.slice(end + 1)
    const size = fields.at(-1)?.match(/^#([0-9]+)$/)?.[1]
    if (size === undefined) return { kind, fields, payload: '' }
    open = { kind, fields: fields.slice(0, -1), missing: Number(size), parts: [] }
    return readPayload()
  }

  return piece => {
    text += piece
    const frames: Frame[] = []
    for (;;) {
      const frame = open === undefined ? readHead() : readPayload()
      if (frame === undefined) return frames
      frames.push(frame)
    }
  }
}
