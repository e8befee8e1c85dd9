import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { absent, present, unknown } from '../../src/core/fact.ts'
import type { AnyStep } from '../../src/core/step.ts'
import { hold } from '../../src/facts/hold.ts'
import { bootedSince, maintenanceOf, upgradedIn } from '../../src/facts/maintenance.ts'
import reboot from '../../src/steps/reboot.ts'
import upgrade from '../../src/steps/upgrade.ts'
import { type Known, known, m1, m2, plan } from './ha-fixture.ts'

const boot = '6f1c2a3b-0000-4000-8000-0123456789ab'
const text = `by ada@desk since 2025-01-02: maintenance (boot ${boot}; done: none)`
const held = known(hold, present({ text }))
const cases = [
  ['reboot', reboot, { reboot: true }, bootedSince(boot)],
  ['upgrade', upgrade, { upgrade: true }, upgradedIn(boot)],
] as const

describe.each(cases)('%s', (_, step, wish, done) => {
  const diffs = (two: Known, params: object = wish, of: AnyStep = step) =>
    plan(of, { [m1]: [], [m2]: two }, undefined, { to: m1, hold: text, ...params })
  const notYet = known(done, present(false))

  it('is done to the held node, once in a maintenance', () => {
    expect(diffs([held, notYet])).toMatchObject({ [m1]: { kind: 'in-sync' }, [m2]: { kind: 'change' } })
    expect(diffs([held, known(done, present(true))])[m2]).toEqual({ kind: 'in-sync' })
  })

  it('is not done when nobody asked for it', () => {
    expect(diffs([held, notYet], {})[m2]).toEqual({ kind: 'in-sync' })
  })

  it.each<[string, Known, string]>([
    ['it is not held', [notYet, known(hold, absent())], 'not-in-maintenance'],
    ['somebody else holds it', [notYet, known(hold, present({ text: 'by ann' }))], 'not-in-maintenance'],
    ['whether it is held is not known', [notYet, known(hold, unknown('EIO'))], 'not-in-maintenance'],
    ['whether it was done is not known', [held, known(done, unknown('?'))], 'unknown-state'],
  ])('is refused when %s', (_case, two, id) => {
    expect(diffs(two)[m2]).toMatchObject({ kind: 'refusal', id })
  })

  it('is plain POSIX sh', () => {
    const diff = diffs([held, notYet])[m2]
    const [action] = diff?.kind === 'change' ? diff.actions : []
    const input = action?.kind === 'script' ? action.script : ''
    expect(input).not.toBe('')
    expect(spawnSync('shellcheck', ['-s', 'sh', '-'], { input, encoding: 'utf8' }).stdout).toBe('')
  })
})

describe('the name of a maintenance', () => {
  it.each([
    [text, boot],
    ['by ann: memory', undefined],
    ['by ann: (boot soon)', undefined],
  ])('is read from a marker: %s', (marker, name) => {
    expect(maintenanceOf(marker)).toBe(name)
  })
})
