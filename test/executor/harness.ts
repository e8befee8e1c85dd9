import type { Action } from '../../src/core/action.ts'
import type { Cluster, Host } from '../../src/core/cluster.ts'
import { type Change, type Diff, expects, inSync } from '../../src/core/diff.ts'
import type { RunEvent } from '../../src/core/event.ts'
import { present } from '../../src/core/fact.ts'
import type { Probe } from '../../src/core/probe.ts'
import { Secret } from '../../src/core/secret.ts'
import { type AnyStep, defineStep } from '../../src/core/step.ts'
import { type ApplyInput, applyPlan, type RunResult } from '../../src/executor/apply.ts'
import { gather } from '../../src/executor/gather.ts'
import { type OpenHosts, openHosts } from '../../src/executor/hosts.ts'
import { newRunId, type RunIdentity } from '../../src/executor/run.ts'
import { instancesOf, probesByHost } from '../../src/planner/instances.ts'
import { makePlan } from '../../src/planner/plan.ts'
import type { Nodes } from './nodes.ts'

export const secret = new Secret('auth', 'k3y-of-the-cluster')

// The executor looks at node names and secrets only; what else a cluster has is the steps' business.
export const cluster = {
  name: 'c1',
  preferredNode: 'm1',
  nodes: [{ name: 'm1' }, { name: 'm2' }],
  volumes: [],
  secrets: { salt: new Secret('salt', 'pepper'), saltIsEphemeral: false, all: [secret] },
} as unknown as Cluster

/** What is in a file below /srv of a node; `-` when there is none. */
export function word(name: string): Probe<string> {
  return {
    id: `word:${name}`,
    script: `cat /srv/${name} 2>/dev/null || echo -`,
    parse: ({ stdout }) => present(stdout.trim()),
    deadlineMs: 5000,
    maxBytes: 10_000,
  }
}

export interface WordStep {
  readonly id: string
  /** The file below /srv; the step's id unless said. */
  readonly file?: string
  readonly wants: string
  readonly actions?: readonly Action[]
  readonly more?: Partial<Pick<AnyStep, 'order' | 'joint'>>
  readonly risk?: Change['risk']
  /** Instead of the change, when it gives anything. */
  readonly instead?: (found: string, host: string) => Diff | undefined
  readonly expected?: readonly [string, string][]
  /** Files that it reads besides. */
  readonly also?: readonly string[]
}

/** A step that wants a word in a file. */
export function wordStep({
  id,
  file = id,
  wants,
  actions,
  more,
  risk,
  instead,
  expected,
  also = [],
}: WordStep): AnyStep {
  return defineStep({
    id,
    title: id,
    ...more,
    reads: () => ({ word: word(file), ...Object.fromEntries(also.map(name => [name, word(name)])) }),
    diff: (given, self) => {
      const found = self.facts.word.state === 'present' ? self.facts.word.value : '?'
      const other = instead?.(found, given.host.name)
      if (other !== undefined) return other
      if (found === wants) return inSync
      return {
        kind: 'change',
        summary: `write ${wants}`,
        symbol: '~',
        risk: risk ?? 'safe',
        actions: actions ?? [script(`echo ${wants} >/srv/${file}`)],
        expect: {
          self: [
            expects(word(file), present(wants)),
            ...(expected ?? []).map(([name, value]) => expects(word(name), present(value))),
          ],
        },
      }
    },
  })
}

export function script(text: string, more: Partial<Extract<Action, { kind: 'script' }>> = {}): Action {
  return { kind: 'script', title: text.split('\n')[0] ?? '', script: text, timeoutMs: 30_000, ...more }
}

export interface Controller {
  readonly hosts: OpenHosts
  readonly events: RunEvent[]
  readonly stop: AbortController
  readonly leave: AbortController
  readonly run: RunIdentity
  plan(steps: readonly AnyStep[], targets?: readonly Host[]): Promise<Pick<ApplyInput, 'plan' | 'instances'>>
  apply(planned: Pick<ApplyInput, 'plan' | 'instances'>, more?: Partial<ApplyInput>): Promise<RunResult>
  close(): Promise<void>
}

export const context = {
  cluster,
  params: { allowDataLoss: [], waitSync: false },
  render: () => [],
  playbook: 'deploy',
}

/** A controller connected to both nodes. */
export async function connectController(
  nodes: Nodes,
  onEvent?: (event: RunEvent) => void,
): Promise<Controller> {
  const events: RunEvent[] = []
  const sink = (event: RunEvent): void => {
    events.push(event)
    onEvent?.(event)
  }
  const hosts = await openHosts({
    transport: nodes.transport(),
    hosts: cluster.nodes,
    events: sink,
    signal: new AbortController().signal,
  })
  const stop = new AbortController()
  const leave = new AbortController()
  const run = {
    id: newRunId(new Date()),
    who: 'ann',
    controller: 'desk',
    pid: process.pid,
    startedAt: new Date().toISOString(),
    playbook: 'deploy',
  }
  return {
    hosts,
    events,
    stop,
    leave,
    run,
    plan: async (steps, targets = cluster.nodes) => {
      const instances = instancesOf(cluster, steps)
      const facts = await gather(hosts, probesByHost(instances, { ...context, targets }))
      return { instances, plan: makePlan({ ...context, targets, instances, facts }) }
    },
    apply: (planned, more) =>
      applyPlan({
        ...context,
        ...planned,
        hosts,
        events: sink,
        run,
        lockTimeoutMs: 0,
        stop: stop.signal,
        leave: leave.signal,
        ...more,
      }),
    close: () => hosts.close(),
  }
}
