import { absent, present } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { linesOf } from './looks.ts'
import { endUnlessThere } from './record.ts'

/** The last time the group's script refused to promote here; gone once it has started the group. */
export interface GuardRefusal {
  /** `guard-split-brain`, `guard-standalone`, `guard-superseded`, `guard-by-hand`, `guard-disk`, `guard-down`. */
  readonly id: string
  readonly reason: string
  readonly next: string
}

/** The promotion guard's memory on this node (see the group's script). */
export interface GuardFact {
  /** `data.split-brain`, `data.superseded`, `data.chosen`; sorted. */
  readonly marks: readonly string[]
  readonly refused?: GuardRefusal
}

const directory = '/var/lib/nfsha/guard'

/** Reads the promotion guard's marks; absent where there is nothing that it remembers. */
export const promotionGuard: Probe<GuardFact> = Object.freeze<Probe<GuardFact>>({
  id: 'promotion-guard',
  script: [
    endUnlessThere(directory),
    `cd ${directory} || exit 1`,
    'for mark in *.split-brain *.superseded *.chosen; do',
    '  [ ! -e "$mark" ] || echo "mark $mark"',
    'done',
    `[ ! -e refused ] || ${linesOf('refused', 'refused ')}`,
  ].join('\n'),
  parse: ({ stdout }) => {
    const after = (words: string) =>
      stdout
        .split('\n')
        .filter(line => line.startsWith(`${words} `))
        .map(line => line.slice(words.length + 1))
    const [why] = after('refused reason')
    const [id = '', ...reason] = why?.split(' ') ?? []
    const [next = ''] = after('refused next')
    const marks = after('mark').toSorted()
    if (marks.length === 0 && why === undefined) return absent()
    return present({
      marks,
      ...(why === undefined ? {} : { refused: { id, reason: reason.join(' '), next } }),
    })
  },
  deadlineMs: 60_000,
  maxBytes: 8192,
})
