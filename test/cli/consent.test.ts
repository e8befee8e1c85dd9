import { describe, expect, test } from 'vitest'
import {
  askConsent,
  askForName,
  assertCanAsk,
  assertNotRefused,
  assertNotStale,
  questionFor,
} from '../../src/cli/consent.ts'
import { NfshaError } from '../../src/core/error.ts'
import type { PlannedStep } from '../../src/core/plan.ts'
import { maskFor } from '../../src/report/mask.ts'
import { type PlanRecord, planRecord } from '../../src/report/plan-record.ts'
import { change, planOf, salt, samplePlan, step } from '../report/sample-plan.ts'

const stdin = (isTTY: boolean, answer?: string) => ({
  stdin: { isTTY, readText: async () => '', ask: async () => answer, askHidden: async () => answer },
})
const recordOf = (plan = samplePlan) => planRecord(plan, maskFor({ salt, saltIsEphemeral: false }))
const errorOf = (act: () => void) => {
  try {
    act()
  } catch (error) {
    if (error instanceof NfshaError) return error
    throw error
  }
  return undefined
}

describe('consent', () => {
  test.each([
    ['--yes', true, 'text', false],
    ['a terminal', false, 'text', true],
    ['--yes and JSON', true, 'json', false],
  ])('can be had with %s', (_case, isAgreed, format, isTTY) => {
    expect(() => assertCanAsk(isAgreed, format, stdin(isTTY))).not.toThrow()
  })

  test.each([
    ['without a terminal', 'text', false, 'no terminal'],
    ['on a terminal, when JSON hides the plan', 'json', true, 'not shown'],
  ])('is 64 when missing %s', (_case, format, isTTY, message) => {
    const error = errorOf(() => assertCanAsk(false, format, stdin(isTTY)))
    expect(error?.exitCode).toBe(64)
    expect(error?.message).toContain(message)
  })

  test.each(['yes', 'y', ' YES '])('takes %j', async answer => {
    await expect(askConsent('Do it?', stdin(true, answer))).resolves.toBeUndefined()
  })

  test.each(['no', '', 'yess', 'sure'])('takes %j for a no, which is 1', async answer => {
    await expect(askConsent('Do it?', stdin(true, answer))).rejects.toMatchObject({ exitCode: 1 })
  })
})

test('the question names what clients will notice, with its promise', () => {
  const restart = change({
    summary: 'restart',
    symbol: '~',
    risk: 'disruptive',
    promise: 'clients wait for 10 s',
  })
  const plan = planOf(step('nfs-config', 'Configure', { m1: restart }))
  expect(questionFor(recordOf(plan), 'm1 and m2')).toBe(
    'Clients will notice:\n  nfs-config on m1: clients wait for 10 s\nDo this to m1 and m2?',
  )
  expect(questionFor(recordOf(planOf()), 'm1 and m2')).toBe('Do this to m1 and m2?')
})

describe('a name to be typed', () => {
  const ask = (answer?: string) => askForName('Name', 'blue', stdin(true, answer))

  test.each(['blue', ' blue '])('is taken: %j', async answer => {
    await expect(ask(answer)).resolves.toBeUndefined()
  })

  test.each(['Blue', 'yes', '', 'blue green'])('is not %j, which is a no', async answer => {
    await expect(ask(answer)).rejects.toMatchObject({ exitCode: 1 })
  })

  test('that does not come is an interruption', async () => {
    await expect(ask()).rejects.toMatchObject({ exitCode: 130 })
  })
})

test('no answer at all is an interruption, which is 130', async () => {
  await expect(askConsent('Do it?', stdin(true, undefined))).rejects.toMatchObject({ exitCode: 130 })
})

describe('refusals', () => {
  test('of a plan are 5, each with its fix', () => {
    const error = errorOf(() => assertNotRefused(recordOf()))
    expect(error?.exitCode).toBe(5)
    expect(error?.message).toContain('drbd-create-md[data] on m2: /dev/vdb holds an ext4 file system')
    expect(error?.hint).toContain('--allow-data-loss data@m2')
  })

  test('are told all at once', () => {
    const refused = { kind: 'refusal', id: 'x', reason: 'no', hint: 'mend' } as const
    const error = errorOf(() =>
      assertNotRefused(recordOf(planOf(step('a', 'A', { m1: refused, m2: refused })))),
    )
    expect(error?.problems).toHaveLength(2)
  })

  test('a plan without any passes', () => {
    expect(() => assertNotRefused(recordOf(planOf()))).not.toThrow()
  })
})

describe('a saved plan', () => {
  const digested = (digest: string, ...steps: readonly PlannedStep[]): PlanRecord => {
    const record = recordOf(planOf(...steps))
    return {
      ...record,
      digest,
      steps: record.steps.map(each => ({
        ...each,
        hosts: each.hosts.map(host => ({ ...host, digest: JSON.stringify(host.diff) })),
      })),
    }
  }
  const hosts = step('hosts', 'Hosts', { m1: change({ summary: 'mend /etc/hosts' }) })
  const saved = digested('a', hosts)

  test('that still fits passes, whatever else it looks like', () => {
    expect(() => assertNotStale(saved, digested('a'))).not.toThrow()
    expect(() => assertNotStale(undefined, saved)).not.toThrow()
  })

  test.each([
    ['done meanwhile', digested('b'), 'hosts on m1: no longer to do: mend /etc/hosts'],
    [
      'more to do',
      digested('b', hosts, step('exports', 'E', { m2: change({ summary: 'write exports' }) })),
      'exports on m2: now to do: write exports',
    ],
    [
      'something else to do',
      digested('b', step('hosts', 'Hosts', { m1: change({ summary: 'create /etc/hosts' }) })),
      'hosts on m1: planned: mend /etc/hosts; now: create /etc/hosts',
    ],
    [
      'the same to do in another way',
      digested(
        'b',
        step('hosts', 'Hosts', { m1: change({ summary: 'mend /etc/hosts', risk: 'safe', symbol: '~' }) }),
      ),
      'hosts on m1: mend /etc/hosts, but not as planned',
    ],
    ['another order', digested('b', hosts), 'the order of the steps'],
  ])('is refused when there is %s, and says what moved', (_case, now, moved) => {
    const error = errorOf(() => assertNotStale(saved, now))
    expect(error?.exitCode).toBe(5)
    expect(error?.message).toContain(moved)
  })
})
