import type { Fact, Facts } from '../core/fact.ts'
import type { Paint } from './paint.ts'

/** Every fact of every host, one a line; long values are cut at the line, JSON has them whole. */
export function factsText(facts: Facts, paint: Paint): string {
  return Object.entries(facts)
    .map(([host, known]) =>
      [
        paint('title', host),
        ...Object.entries(known)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([id, fact]) => `  ${paint('link', id)}: ${factText(fact, paint)}`),
      ].join('\n'),
    )
    .join('\n\n')
}

const widest = 160

function factText(fact: Fact<unknown>, paint: Paint): string {
  if (fact.state === 'absent') return paint('faint', 'absent')
  if (fact.state === 'unknown') return paint('warn', `unknown: ${fact.reason}`)
  const text = JSON.stringify(fact.value)
  return text.length <= widest ? text : `${text.slice(0, widest - 1)}…`
}
