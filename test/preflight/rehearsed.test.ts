import { expect, it } from 'vitest'
import { absent, type Fact, present, unknown } from '../../src/core/fact.ts'
import { faultless, type RehearsalFact } from '../../src/facts/rehearsal.ts'
import { rehearsedChecks } from '../../src/preflight/rehearsed.ts'

const flaw = (text: string) => ({ check: 'command', word: 'ip', text, next: 'put it back' })
const fails = (...texts: string[]) => present({ refused: texts.map(flaw), told: [] })

const cases: [string, Fact<RehearsalFact>, Fact<RehearsalFact>, readonly string[]][] = [
  ['all passed', present(faultless), present(faultless), ['takeover ok']],
  ['nothing of ours is there yet', present(faultless), absent(), ['takeover ok']],
  ['packages are missing', absent(), absent(), ['takeover warn']],
  ['both found the same', fails('no ip'), fails('no ip'), ['command fail']],
  ['each found something', fails('no ip'), fails('no ss'), ['command fail', 'command fail']],
  [
    'something is worth knowing',
    present({ refused: [], told: [flaw('a name')] }),
    absent(),
    ['command warn'],
  ],
  ['one did not answer', unknown('late'), present(faultless), ['takeover unknown']],
]

it.each(cases)('%s', (_, wanted, here, expected) => {
  const checks = rehearsedChecks('m1', { wanted, here })
  expect(checks.map(({ check, result }) => `${check} ${result}`)).toEqual(expected)
  for (const { result, fix } of checks) expect(fix !== undefined).toBe(result !== 'ok')
})
