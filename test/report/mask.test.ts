import { describe, expect, test } from 'vitest'
import { fingerprint, maskText } from '../../src/core/secret.ts'
import { maskFor } from '../../src/report/mask.ts'
import { planRecord } from '../../src/report/plan-record.ts'
import { authKey, change, planOf, putAuthkeys, salt, samplePlan, step } from './sample-plan.ts'

const old = fingerprint('old key', salt)
const now = maskText([authKey], salt)

describe('maskFor', () => {
  test('a lasting salt shows fingerprints, which tell whether a secret changed', () => {
    const mask = maskFor({ salt, saltIsEphemeral: false })
    expect(mask.text(['key ', authKey])).toBe(`key ${now}`)
    expect(mask.after(`key ${now}`, `key ${old}`)).toBe(`key ${now}`)
  })

  const ephemeral = maskFor({ salt, saltIsEphemeral: true })

  test.each([
    ['another secret', old, '<secret, changed>'],
    ['the same secret', now, '<secret>'],
  ])('a salt of this run shows %s in words', (_case, before, after) => {
    expect(ephemeral.before(`key ${before}`)).toBe('key <secret>')
    expect(ephemeral.after(`key ${now}`, `key ${before}`)).toBe(`key ${after}`)
  })

  test('a salt of this run names secrets in what is written', () => {
    expect(ephemeral.text(['key ', authKey])).toBe('key <secret heartbeat.authkey>')
  })
})

test.each([true, false])('no record holds a secret (salt of this run: %s)', saltIsEphemeral => {
  const withStdin = change({
    actions: [putAuthkeys, { kind: 'run', argv: ['cat'], stdin: [authKey], timeoutMs: 1 }],
  })
  const plan = planOf(...samplePlan.steps, step('leak', 'Leak', { m1: withStdin }))
  const text = JSON.stringify(planRecord(plan, maskFor({ salt, saltIsEphemeral })))
  expect(text).not.toContain('correct horse')
  expect(text).not.toContain('some salt')
})
