/** How long one node's part of a move took. */
export interface MovePart {
  readonly node: string
  readonly verb: 'start' | 'stop'
  readonly totalMs: number
  /** In order; without the total. */
  readonly phases: readonly { readonly phase: string; readonly durationMs: number }[]
}

/** What a move was measured to take, on the clocks of the nodes. */
export interface Move {
  readonly from: string
  readonly to: string
  readonly parts: readonly MovePart[]
  /** From the request to the first phase of giving up. */
  readonly begunMs?: number
  /** By VIP: from the request to the first answer to a NULL call by the node that gave it up. */
  readonly answersMs: Readonly<Record<string, number>>
}

/** Reads what both sides of a move printed, by node. */
export function readMove(from: string, to: string, said: ReadonlyMap<string, string>): Move {
  const ofFrom = said.get(from) ?? ''
  const begun = /^release began after (\d+) ms$/m.exec(ofFrom)?.[1]
  const answers = [...ofFrom.matchAll(/^(\S+) answers after (\d+) ms$/gm)]
  return {
    from,
    to,
    parts: [...partOf(from, 'stop', ofFrom), ...partOf(to, 'start', said.get(to) ?? '')],
    ...(begun !== undefined && { begunMs: Number(begun) }),
    answersMs: Object.fromEntries(answers.map(([, vip = '', ms]) => [vip, Number(ms)])),
  }
}

/** The group script's lines, as `stop nfsd 700 ms`. */
function partOf(node: string, verb: MovePart['verb'], text: string): readonly MovePart[] {
  const lines = [...text.matchAll(new RegExp(`^${verb} (\\S+) (\\d+) ms\\b`, 'gm'))].map(
    ([, phase = '', ms]) => ({ phase, durationMs: Number(ms) }),
  )
  const total = lines.find(({ phase }) => phase === 'total')
  if (total === undefined) return []
  return [{ node, verb, totalMs: total.durationMs, phases: lines.filter(line => line !== total) }]
}

/** A line a part, and one a VIP. */
export function moveLines({ from, parts, begunMs, answersMs }: Move): readonly string[] {
  const begun = begunMs === undefined ? '' : ` (${hundredths(begunMs)} until ${from} began to give it up)`
  return [
    ...parts.map(({ node, verb, totalMs, phases }) => {
      const each = phases.map(({ phase, durationMs }) => `${phase} ${hundredths(durationMs)}`).join(', ')
      return `${node} ${verb === 'stop' ? 'gave it up' : 'took over'} in ${hundredths(totalMs)}: ${each}`
    }),
    ...Object.entries(answersMs).map(
      ([vip, ms]) => `${vip} answered ${hundredths(ms)} after the move was asked for${begun}`,
    ),
  ]
}

/** As fine as the nodes measure. */
function hundredths(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
