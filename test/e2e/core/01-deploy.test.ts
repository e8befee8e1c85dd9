import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { ask, on } from '../support/hosts.ts'
import { keepAs, labAt } from '../support/lab.ts'
import { nfsha, nfshaExits, scratch, start } from '../support/nfsha.ts'
import { searchForSecrets } from '../support/secrets.ts'
import { trees } from '../support/tree.ts'
import { inventory } from '../support/variant.ts'

/*
 * The main job, in the order in which a user does it: plan, deploy, mount, and again.
 */

const planFile = join(scratch, 'deploy.plan.json')

interface PlanJson {
  readonly steps: readonly {
    readonly ref: string
    readonly hosts: readonly {
      readonly host: string
      readonly diff: { readonly kind: string; readonly actions?: readonly { readonly text: string }[] }
    }[]
  }[]
  readonly counts: { readonly change: number; readonly refusal: number; readonly wait: number }
}

beforeAll(() => labAt('blank'))

test('check finds nothing against deploying on the blank pair', async () => {
  await nfshaExits(0, 'check', inventory)
})

test('the plan of a blank pair is whole, and leaves the nodes as they were', async () => {
  const before = await trees()
  const planned = await nfshaExits(
    2,
    ...['plan', inventory, '--detailed-exitcode', '--format', 'json', '--out', planFile],
  )
  const plan = JSON.parse(planned.stdout) as PlanJson
  expect(plan.counts).toMatchObject({ refusal: 0 })
  const changed = plan.steps.filter(step => step.hosts.some(({ diff }) => diff.kind === 'change'))
  expect(changed.map(({ ref }) => ref)).toEqual(
    expect.arrayContaining([
      'packages',
      'drbd-create-md[data]',
      'drbd-initial-sync[data]',
      'mkfs[data]',
      'ha-cf',
      'heartbeat-start',
    ]),
  )
  expect(await trees()).toEqual(before)
})

test('a change made by hand between plan and deploy is refused as drift, named, and nothing is touched', async () => {
  await ask('m2', `printf '192.168.0.99 other\\n' >> /etc/hosts`)
  const before = await trees()
  const refused = await nfshaExits(5, 'deploy', inventory, '--plan', planFile, '--yes')
  expect(refused.stderr).toMatch(/hosts on m2/)
  expect(refused.stderr).toMatch(/fix: /)
  expect(await trees()).toEqual(before)
  await ask('m2', `sed -i '/192.168.0.99 other/d' /etc/hosts`)
})

test('deploy runs what the plan showed, and nothing else; a second controller is turned away meanwhile', async () => {
  const first = start(['deploy', inventory, '--plan', planFile, '--yes'])
  await first.saw(/packages/)
  const second = await nfshaExits(5, 'deploy', inventory, '--yes')
  expect(second.stderr).toMatch(/error: .*lock/)
  expect(second.stderr).toMatch(/fix: .*--lock-timeout/)
  const done = await first.ended
  expect(done.code, done.stderr).toBe(0)
  await keepAs('deployed')
  const plan = JSON.parse(readFileSync(planFile, 'utf8')) as { readonly plan: PlanJson }
  const shown = plan.plan.steps.flatMap(step =>
    step.hosts.flatMap(({ host, diff }) =>
      (diff.actions ?? []).map((action, index) => `${step.ref} ${host} ${index} ${action.text}`),
    ),
  )
  const [, runId = ''] = /run (\d{8}-\S+)\)$/m.exec(done.stdout) ?? []
  const journal = JSON.parse((await nfshaExits(0, 'journal', 'show', runId, '--format', 'json')).stdout) as {
    readonly events: readonly { readonly type: string; [key: string]: unknown }[]
  }
  const ran = journal.events
    .filter(event => event.type === 'action-started')
    .map(({ ref, host, index, text }) => `${ref} ${host} ${index} ${text}`)
  expect(ran.toSorted()).toEqual(shown.toSorted())
})

test('the client mounts through the VIP, writes and reads', async () => {
  expect(
    await ask(
      'c1',
      `mkdir -p /mnt/nfsha && mount -t nfs -o vers=4.2,hard 192.168.0.219:/srv/nfsha/data /mnt/nfsha
       head -c 1048576 /dev/urandom > /tmp/wrote && cp /tmp/wrote /mnt/nfsha/file && sync
       umount /mnt/nfsha
       mount -t nfs -o vers=4.2,hard 192.168.0.219:/srv/nfsha/data /mnt/nfsha
       cmp /tmp/wrote /mnt/nfsha/file && echo same`,
    ),
  ).toBe('same')
})

test('planned again, nothing is pending; deployed again, no action runs', async () => {
  await nfshaExits(0, 'plan', inventory, '--detailed-exitcode')
  const again = await nfshaExits(0, 'deploy', inventory, '--yes', '--format', 'json')
  expect(JSON.parse(again.stdout)).toMatchObject({ verdict: 'nothing-to-do' })
})

test('status and check call the live pair healthy', async () => {
  const status = await nfshaExits(0, 'status', inventory, '--timeout', '5m', '--format', 'json')
  expect(JSON.parse(status.stdout)).toMatchObject({ verdict: 'healthy' })
  await nfshaExits(0, 'check', inventory)
  // What a look mounts is not written down for everybody: that file would grow until no look could mount any more.
  for (const host of ['m1', 'm2', 'c1'] as const)
    expect((await on(host, 'cat /run/mount/utab')).stdout).not.toMatch(/TARGET=\/mnt /)
})

test('no secret is in any output, journal, plan file, process list or log', async () => {
  const facts = join(scratch, 'facts.json')
  await nfshaExits(0, 'facts', inventory, '--out', facts)
  await nfsha('render', inventory, '--out', join(scratch, 'rendered'))
  expect(await searchForSecrets()).toEqual([])
  // The search itself must be able to find: the nodes' own configuration holds them.
  expect((await on('m1', 'cat /etc/ha.d/authkeys')).stdout).toMatch(/sha1 \S{16,}/)
})
