import { expect, test } from 'vitest'
import { actionLabel } from '../../src/executor/actions.ts'
import { maskFor } from '../../src/report/mask.ts'
import { planRecord } from '../../src/report/plan-record.ts'
import { aptInstall, change, makeFilesystem, planOf, putAuthkeys, salt, step } from './sample-plan.ts'

test('an action is shown in the very words that it has when it runs', () => {
  const actions = [aptInstall, makeFilesystem, putAuthkeys]
  const plan = planRecord(
    planOf(step('x', 'X', { m1: change({ actions }) })),
    maskFor({ salt, saltIsEphemeral: false }),
  )
  const diff = plan.steps[0]?.hosts[0]?.diff
  expect(diff?.kind === 'change' && diff.actions.map(({ text }) => text)).toEqual(actions.map(actionLabel))
})

test('a record survives JSON', () => {
  const plan = planRecord(
    planOf(step('x', 'X', { m1: change({ actions: [putAuthkeys] }), m2: { kind: 'in-sync' } })),
    maskFor({ salt, saltIsEphemeral: false }),
  )
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
})
