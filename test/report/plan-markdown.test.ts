import { expect, test } from 'vitest'
import { maskFor } from '../../src/report/mask.ts'
import { planMarkdown } from '../../src/report/plan-markdown.ts'
import { planRecord } from '../../src/report/plan-record.ts'
import { change, planOf, salt, samplePlan, step } from './sample-plan.ts'

const mask = maskFor({ salt, saltIsEphemeral: false })
const markdownOf = (plan = samplePlan) => planMarkdown(planRecord(plan, mask))

test('puts the counts first, folds the details, and fences each kind', () => {
  const markdown = markdownOf()
  expect(markdown).toMatch(
    /^## nfsha plan: m1-m2 \(playbook deploy\)\n\n\*\*1 refused, so nothing is done; else \+ 3 to create/,
  )
  expect(markdown).toContain('```diff\n--- /etc/hosts\n+++ /etc/hosts')
  expect(markdown).toContain('```sh\nDEBIAN_FRONTEND=noninteractive apt-get install -y heartbeat\n```')
  expect(markdown).toContain('- `refused` **m2**: /dev/vdb holds an ext4 file system')
  expect(markdown).not.toContain('time-sync')
})

test('a file with backticks cannot end its fence', () => {
  const display = { kind: 'lines', lines: ['````', 'not out'] } as const
  const plan = planOf(step('x', 'X', { m1: change({ display: [display] }) }))
  expect(markdownOf(plan)).toContain('`````\n````\nnot out\n`````')
})

test('summaries are text, not markup', () => {
  const plan = planOf(step('x', 'X', { m1: change({ summary: 'make *this* <b>' }) }))
  expect(markdownOf(plan)).toContain('make \\*this\\* &lt;b\\>')
})

test('has the checks that stand against it, after the counts and in them', () => {
  const failed = { node: 'm1', check: 'links', result: 'fail', message: 'no em1', fix: 'plug it in' } as const
  const markdown = planMarkdown(planRecord(planOf(), mask), [failed])
  expect(markdown).toContain('0 refused, 1 check failed')
  expect(markdown).toContain('- **m1** `links`: no em1\n\n  fix: plug it in')
  expect(markdown).not.toContain('as it should be')
})
