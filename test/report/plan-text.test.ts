import { describe, expect, test } from 'vitest'
import { maskFor } from '../../src/report/mask.ts'
import { paintFor, plain } from '../../src/report/paint.ts'
import { planRecord } from '../../src/report/plan-record.ts'
import { planText } from '../../src/report/plan-text.ts'
import { change, planOf, salt, samplePlan, step } from './sample-plan.ts'

const mask = maskFor({ salt, saltIsEphemeral: false })
const quiet = { paint: plain, showsInSync: false, showsActions: false, showsForgone: true }
const textOf = (plan = samplePlan, options = quiet) => planText(planRecord(plan, mask), options)

describe('planText', () => {
  test('shows one block a step, with symbols, commands, diffs and fixes', () => {
    expect(textOf()).toBe(`Plan for m1-m2, playbook deploy

drbd-create-md[data]  Create metadata
  refused m2: /dev/vdb holds an ext4 file system
      fix: if it may be lost, add --allow-data-loss data@m2

Nothing is done while this is refused; what would follow:

packages  Install the packages
  + m1, m2: install heartbeat
      $ DEBIAN_FRONTEND=noninteractive apt-get install -y heartbeat

hosts  Name the nodes
  ~ m1: mend /etc/hosts
      --- /etc/hosts
      +++ /etc/hosts
      @@ -1,3 +1,3 @@
       a
      -b
      +B
       c

authkeys  Write the key
  + m1: create /etc/ha.d/authkeys
      --- /dev/null
      +++ /etc/ha.d/authkeys
      @@ -0,0 +1,2 @@
      +auth 1
      +1 sha1 hmac:0123456789abcdef

mkfs[data]  Make the file system
  ! m1: make an ext4 file system on /dev/drbd0 [destructive]
      data is lost: --allow-data-loss data@m1
      $ sh: promote, mkfs, demote

heartbeat-start  Start Heartbeat
  ~ m1: start heartbeat [disruptive]
      clients wait

serving  Serve
  … m1: wait until one node serves (m1 is promoting)

Plan: 1 refused, so nothing is done; else + 3 to create, ~ 2 to change, - 0 to remove, ! 1 to overwrite data, 1 disruptive, 1 to wait for, = 4 in sync`)
  })

  test('shows nothing that will not happen unless asked', () => {
    expect(textOf(samplePlan, { ...quiet, showsForgone: false })).toBe(`Plan for m1-m2, playbook deploy

drbd-create-md[data]  Create metadata
  refused m2: /dev/vdb holds an ext4 file system
      fix: if it may be lost, add --allow-data-loss data@m2

Nothing is done while this is refused; what would follow (7 steps) is shown by -v.

Plan: 1 refused, so nothing is done; else + 3 to create, ~ 2 to change, - 0 to remove, ! 1 to overwrite data, 1 disruptive, 1 to wait for, = 4 in sync`)
  })

  test.each([
    [samplePlan, 'Plan: ', /^Plan: 1 refused, so nothing is done; .* 2 checks failed, = 4 in sync$/m],
    [planOf(), 'closing\nPlan: ', /^No step has anything to do\.$/m],
  ])('has the checks that stand against it, before the counts and in them', (plan, ending, more) => {
    const failed = {
      node: 'm1',
      check: 'links',
      result: 'fail',
      message: 'no em1',
      fix: 'plug it in',
    } as const
    const text = planText(planRecord(plan, mask), {
      ...quiet,
      failedChecks: [failed, { ...failed, node: 'm2' }],
      closing: ['closing'],
    })
    expect(text).toContain(`
Deploy does nothing of it until these checks pass
  fail m1 links: no em1
    fix: plug it in
  fail m2 links: no em1
    fix: plug it in

${ending}`)
    expect(text).toMatch(more)
  })

  test('shows what is in sync when asked', () => {
    expect(textOf(samplePlan, { ...quiet, showsInSync: true })).toContain('  = m1, m2: in sync')
  })

  test('shows scripts, guards and files put when asked for actions', () => {
    const text = textOf(samplePlan, { ...quiet, showsActions: true })
    expect(text).toContain('        mkfs.ext4 /dev/drbd0')
    expect(text).toContain('# only if /etc/ha.d/authkeys is as it was planned')
    expect(text).toContain('$ write /etc/ha.d/authkeys (0600 root:root)')
  })

  test('says so when there is nothing to do', () => {
    const plan = planOf(step('hosts', 'Name the nodes', { m1: { kind: 'in-sync' } }))
    expect(textOf(plan)).toContain('Nothing to do: everything is as it should be.')
    expect(textOf(plan)).toContain('= 1 in sync')
  })

  test('cuts long new files and says by how much, but never a changed one', () => {
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i}\n`).join('')
    const display = (before: string | undefined) =>
      planOf(
        step('f', 'F', {
          m1: change({ display: [{ kind: 'file', path: '/f', before, after: lines }] }),
        }),
      )
    expect(textOf(display(undefined))).toContain('… 80 more lines (-vv shows all)')
    expect(textOf(display(undefined))).not.toContain('line 99')
    expect(textOf(display(undefined), { ...quiet, showsActions: true })).toContain('line 99')
    expect(textOf(display('old\n'))).toContain('line 99')
  })

  test('colours only what it is told to', () => {
    const esc = String.fromCharCode(27)
    expect(textOf()).not.toContain(esc)
    expect(textOf(samplePlan, { ...quiet, paint: paintFor(true) })).toContain(`${esc}[32m+${esc}[39m`)
  })

  test('keeps hosts apart where the same step differs', () => {
    const plan = planOf(
      step('routes', 'Routes', {
        m1: change({ summary: 'route to m2' }),
        m2: change({ summary: 'route to m1' }),
      }),
    )
    expect(textOf(plan)).toContain('  + m1: route to m2\n  + m2: route to m1')
  })
})
