/*
 * The logs of the client's program (templates/drill/client.pl): `b N MS` when operation N begins,
 * `e N MS ok` or `e N MS ERROR` when it ends.
 */

/** An operation on the client's clock; without `endedMs` it never ended. */
export interface OperationRecord {
  readonly number: number
  readonly beganMs: number
  readonly endedMs?: number
  /** What it failed with. */
  readonly error?: string
}

/** Operations in the order in which they began. A line cut short by a crash is left out. */
export function parseOperations(log: string): readonly OperationRecord[] {
  const records: OperationRecord[] = []
  for (const line of log.split('\n')) {
    const [, word, number, ms, rest] = /^([be]) (\d+) (\d+(?:\.\d+)?)(?: (.*))?$/.exec(line) ?? []
    if (word === 'b') records.push({ number: Number(number), beganMs: Number(ms) })
    const last = records.at(-1)
    if (word === 'e' && last?.number === Number(number) && rest !== undefined)
      records[records.length - 1] = {
        ...last,
        endedMs: Number(ms),
        ...(rest === 'ok' ? {} : { error: rest }),
      }
  }
  return records
}

/** What the prober saw, on the client's clock: the VIP answering or not, or who has its address. */
export interface ProberRecord {
  readonly atMs: number
  readonly what: 'up' | 'down' | 'mac'
  /** The MAC address, empty when the neighbour entry is gone. */
  readonly mac?: string
}

export function parseProber(log: string): readonly ProberRecord[] {
  return log.split('\n').flatMap((line): readonly ProberRecord[] => {
    const [, what, ms, mac] = /^(up|down|mac) (\d+(?:\.\d+)?)(?: (\S*))?$/.exec(line) ?? []
    if (what === 'up' || what === 'down') return [{ atMs: Number(ms), what }]
    return what === 'mac' ? [{ atMs: Number(ms), what, mac: mac ?? '' }] : []
  })
}

/** A line of the program's verification. */
export interface VerifiedKind {
  readonly version: string
  readonly kind: string
  readonly acknowledged: number
  readonly lost: number
  readonly corrupt: number
  readonly duplicated: number
  readonly gap?: readonly [number, number]
}

/** The verification, or undefined when it did not come to its end. */
export function parseVerification(text: string): readonly VerifiedKind[] | undefined {
  const lines = text.trim().split('\n')
  if (lines.at(-1) !== 'verified') return undefined
  return lines.slice(0, -1).flatMap(line => {
    const [version = '', kind = '', ...rest] = line.split(' ')
    const [acknowledged = 0, lost = 0, corrupt = 0, duplicated = 0, first = 0, last = 0] = rest.map(Number)
    if (rest.length !== 6) return []
    return [
      {
        version,
        kind,
        acknowledged,
        lost,
        corrupt,
        duplicated,
        ...(lost > 0 && { gap: [first, last] as const }),
      },
    ]
  })
}
