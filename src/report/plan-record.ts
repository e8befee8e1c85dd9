import type { Action } from '../core/action.ts'
import type { Diff, Display, Risk } from '../core/diff.ts'
import type { Plan, PlanCounts, PlannedHost } from '../core/plan.ts'
import { quote, quoteArgv } from '../core/quote.ts'
import type { Mask } from './mask.ts'

/**
 * An action as it is shown. `text` is the line that progress and journal have for it when it runs:
 * a command line as a person would type it, a script's title, the file that is written.
 */
export type ActionRecord = { readonly text: string; readonly guard?: string } & (
  | { readonly kind: 'run'; readonly env: Readonly<Record<string, string>>; readonly stdin?: string }
  | { readonly kind: 'script'; readonly script: string }
  | { readonly kind: 'put'; readonly mode: string; readonly owner: string; readonly content: string }
)

/** What a step wants on one host. */
export type DiffRecord =
  | { readonly kind: 'in-sync'; readonly note?: string }
  | {
      readonly kind: 'change'
      readonly symbol: '+' | '~' | '-' | '!'
      readonly risk: Risk
      readonly summary: string
      /** What is noticed of it on a pair that serves. */
      readonly promise?: string
      readonly display: readonly Display[]
      readonly actions: readonly ActionRecord[]
      readonly consumed: readonly string[]
    }
  | { readonly kind: 'wait'; readonly summary: string; readonly progress?: string }
  | { readonly kind: 'refusal'; readonly id: string; readonly reason: string; readonly fix: string }

export interface HostRecord {
  readonly host: string
  readonly digest: string
  readonly diff: DiffRecord
}

export interface StepRecord {
  readonly ref: string
  readonly title: string
  readonly order: 'parallel' | 'one-by-one'
  readonly hosts: readonly HostRecord[]
}

/** A plan with its secrets masked and its functions left out: what is shown, saved and journalled. */
export interface PlanRecord {
  readonly cluster: string
  readonly playbook: string
  readonly digest: string
  readonly counts: PlanCounts
  readonly steps: readonly StepRecord[]
}

export function planRecord(plan: Plan, mask: Mask): PlanRecord {
  return {
    cluster: plan.cluster,
    playbook: plan.playbook,
    digest: plan.digest,
    counts: plan.counts,
    steps: plan.steps.map(({ ref, title, order, hosts }) => ({
      ref,
      title,
      order,
      hosts: hosts.map(host => hostRecord(host, mask)),
    })),
  }
}

function hostRecord({ host, digest, diff }: PlannedHost, mask: Mask): HostRecord {
  return { host, digest, diff: diffRecord(diff, mask) }
}

function diffRecord(diff: Diff, mask: Mask): DiffRecord {
  switch (diff.kind) {
    case 'in-sync':
      return diff
    case 'refusal':
      return { kind: 'refusal', id: diff.id, reason: diff.reason, fix: diff.hint }
    case 'wait': {
      const { kind, summary, progress } = diff
      return { kind, summary, ...(progress === undefined ? {} : { progress }) }
    }
    case 'change':
      return {
        kind: 'change',
        symbol: diff.symbol,
        risk: diff.risk,
        summary: diff.summary,
        ...(diff.promise === undefined ? {} : { promise: diff.promise }),
        display: (diff.display ?? []).map(each => maskDisplay(each, mask)),
        actions: diff.actions.map(action => actionRecord(action, mask)),
        consumed: diff.consumed ?? [],
      }
  }
}

function maskDisplay(display: Display, mask: Mask): Display {
  if (display.kind === 'lines') return { ...display, lines: display.lines.map(mask.before) }
  const { before, after } = display
  return {
    ...display,
    before: before === undefined ? undefined : mask.before(before),
    after: after === undefined ? undefined : mask.after(after, before ?? ''),
  }
}

function actionRecord(action: Action, mask: Mask): ActionRecord {
  const guard = action.guard === undefined ? {} : { guard: action.guard.expects }
  switch (action.kind) {
    case 'run': {
      const stdin = action.stdin === undefined ? {} : { stdin: mask.text(action.stdin) }
      return { kind: 'run', text: quoteArgv(action.argv), env: action.env ?? {}, ...stdin, ...guard }
    }
    case 'script':
      return { kind: 'script', text: action.title, script: action.script, ...guard }
    case 'put': {
      const { path, mode, owner } = action
      return { kind: 'put', text: `write ${path}`, mode, owner, content: mask.text(action.content), ...guard }
    }
  }
}

/** The command line with its variables before it. */
export function commandLine({ text, env }: Extract<ActionRecord, { kind: 'run' }>): string {
  return [...Object.entries(env).map(([name, value]) => `${name}=${quote(value)}`), text].join(' ')
}
