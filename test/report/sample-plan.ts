import type { Action } from '../../src/core/action.ts'
import type { Change, Diff } from '../../src/core/diff.ts'
import type { Plan, PlannedStep } from '../../src/core/plan.ts'
import { Secret } from '../../src/core/secret.ts'
import { countDiffs } from '../../src/planner/plan.ts'

export const authKey = new Secret('heartbeat.authkey', 'correct horse battery staple')
export const salt = new Secret('salt', 'some salt')

export function change(fields: Partial<Change>): Change {
  return {
    kind: 'change',
    summary: 'do a thing',
    symbol: '+',
    risk: 'safe',
    actions: [],
    expect: {},
    ...fields,
  }
}

export const aptInstall: Action = {
  kind: 'run',
  argv: ['apt-get', 'install', '-y', 'heartbeat'],
  env: { DEBIAN_FRONTEND: 'noninteractive' },
  timeoutMs: 1000,
}

export const putAuthkeys: Action = {
  kind: 'put',
  path: '/etc/ha.d/authkeys',
  content: ['auth 1\n1 sha1 ', authKey, '\n'],
  mode: '0600',
  owner: 'root:root',
  timeoutMs: 1000,
  guard: { expects: '/etc/ha.d/authkeys is as it was planned', script: 'true' },
} as Action

export const makeFilesystem: Action = {
  kind: 'script',
  title: 'promote, mkfs, demote',
  script: 'drbdadm primary data\nmkfs.ext4 /dev/drbd0\ndrbdadm secondary data\n',
  timeoutMs: 1000,
}

export function step(ref: string, title: string, diffs: Readonly<Record<string, Diff>>): PlannedStep {
  const hosts = Object.entries(diffs).map(([host, diff]) => ({ host, diff, digest: '' }))
  return { ref, stepId: ref, title, order: 'parallel', joint: false, hosts }
}

export function planOf(...steps: readonly PlannedStep[]): Plan {
  return { cluster: 'm1-m2', playbook: 'deploy', steps, counts: countDiffs(steps), digest: 'ab'.repeat(32) }
}

const install = change({ summary: 'install heartbeat', actions: [aptInstall] })

/** A plan with one of everything. */
export const samplePlan: Plan = planOf(
  step('time-sync', 'Keep the clocks together', { m1: { kind: 'in-sync' }, m2: { kind: 'in-sync' } }),
  step('packages', 'Install the packages', { m1: install, m2: install }),
  step('hosts', 'Name the nodes', {
    m1: change({
      summary: 'mend /etc/hosts',
      symbol: '~',
      display: [{ kind: 'file', path: '/etc/hosts', before: 'a\nb\nc\n', after: 'a\nB\nc\n' }],
    }),
    m2: { kind: 'in-sync' },
  }),
  step('authkeys', 'Write the key', {
    m1: change({
      summary: 'create /etc/ha.d/authkeys',
      actions: [putAuthkeys],
      display: [
        {
          kind: 'file',
          path: '/etc/ha.d/authkeys',
          before: undefined,
          after: 'auth 1\n1 sha1 hmac:0123456789abcdef\n',
        },
      ],
    }),
    m2: { kind: 'in-sync' },
  }),
  step('mkfs[data]', 'Make the file system', {
    m1: change({
      summary: 'make an ext4 file system on /dev/drbd0',
      symbol: '!',
      risk: 'destructive',
      actions: [makeFilesystem],
      consumed: ['data@m1'],
    }),
  }),
  step('heartbeat-start', 'Start Heartbeat', {
    m1: change({ summary: 'start heartbeat', symbol: '~', risk: 'disruptive', promise: 'clients wait' }),
  }),
  step('serving', 'Serve', {
    m1: {
      kind: 'wait',
      summary: 'wait until one node serves',
      progress: 'm1 is promoting',
      noProgressMs: 1,
      expect: {},
    },
  }),
  step('drbd-create-md[data]', 'Create metadata', {
    m2: {
      kind: 'refusal',
      id: 'data-loss',
      reason: '/dev/vdb holds an ext4 file system',
      hint: 'if it may be lost, add --allow-data-loss data@m2',
    },
  }),
)
