import { describe, expect, test } from 'vitest'
import { createCli, type Screen } from '../../src/cli/cli.ts'
import { type Rounds, reportRounds, runRounds } from '../../src/cli/drill-rounds.ts'
import type { Io } from '../../src/cli/io.ts'
import { NfshaError } from '../../src/core/error.ts'
import { plain } from '../../src/report/paint.ts'
import { powerCutDrill } from '../report/sample-drill.ts'

const refusal = new NfshaError('refused', 'lab is degraded', 'see nfsha status')
const failed = { ...powerCutDrill, verdict: 'failed' } as const

/** What is printed of rounds, what is thrown, and the exit code that was set. */
function reported(rounds: Rounds, format: string) {
  const cli = createCli({} as Io)
  const printed: string[] = []
  const screen: Screen = {
    ...{ format, verbosity: 0, paint: plain, paintNotes: plain, note: () => undefined },
    print: text => printed.push(text),
    printJson: value => printed.push(JSON.stringify(value)),
  }
  let thrown: unknown
  try {
    reportRounds(rounds, { name: 'lab' }, cli, screen)
  } catch (error) {
    thrown = error
  }
  return { text: printed.join('\n'), thrown, exitCode: cli.exitCode() }
}

describe('rounds of a drill', () => {
  test('end with the first that throws, and keep those before it', async () => {
    const asked: number[] = []
    const rounds = await runRounds(5, async round => {
      asked.push(round)
      if (round === 3) throw refusal
      return powerCutDrill
    })
    expect(asked).toEqual([1, 2, 3])
    expect(rounds).toEqual({ drills: [powerCutDrill, powerCutDrill], thrown: refusal })
  })

  test('are as many as asked for', async () => {
    expect((await runRounds(2, async () => powerCutDrill)).drills).toHaveLength(2)
  })
})

describe('the report of the rounds', () => {
  const two = [powerCutDrill, powerCutDrill]

  test.each([
    ['all passed', { drills: two }, { verdict: 'passed', exitCode: 0 }],
    ['one failed', { drills: [powerCutDrill, failed] }, { verdict: 'failed', exitCode: 1 }],
    [
      'the third was refused',
      { drills: two, thrown: refusal },
      { verdict: 'refused', exitCode: 5, error: { message: 'lab is degraded', fix: 'see nfsha status' } },
    ],
    [
      'one failed, and the next was interrupted',
      { drills: [failed], thrown: new NfshaError('interrupted', 'left', 'go on') },
      { verdict: 'interrupted', exitCode: 130 },
    ],
    [
      'the next one met a defect',
      { drills: two, thrown: new TypeError('x') },
      { verdict: 'failed', exitCode: 1, error: { message: 'unexpected: x' } },
    ],
  ])('has each drill in JSON when %s', (_, rounds, result) => {
    const { text, thrown, exitCode } = reported(rounds, 'json')
    const { drills, ...rest } = JSON.parse(text)
    expect(rest).toMatchObject(result)
    expect(drills).toHaveLength(rounds.drills.length)
    expect(exitCode).toBe(result.exitCode)
    expect(thrown).toBeUndefined()
  })

  test('sums the rounds up in text before it says what ended them', () => {
    const { text, thrown } = reported({ drills: two, thrown: refusal }, 'text')
    expect(text).toMatch(/^\n2 runs: 2 passed/)
    expect(thrown).toBe(refusal)
  })

  test('keeps the cases of the rounds in JUnit', () => {
    const { text, thrown } = reported({ drills: two, thrown: refusal }, 'junit')
    expect(text.match(new RegExp(`name="${powerCutDrill.runId}"`, 'g'))).toHaveLength(2)
    expect(thrown).toBe(refusal)
  })

  test.each(['text', 'json', 'junit'])('is nothing but the error when no round ended, in %s', format => {
    expect(reported({ drills: [], thrown: refusal }, format)).toMatchObject({ text: '', thrown: refusal })
  })
})
