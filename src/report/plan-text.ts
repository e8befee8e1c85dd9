import type { Display } from '../core/diff.ts'
import type { CheckResult } from '../preflight/check.ts'
import { checkLine } from './check-text.ts'
import { fileDiff } from './file-diff.ts'
import { plural } from './page/words.ts'
import type { Paint, Style } from './paint.ts'
import { countsLine } from './plan-counts.ts'
import { groupHosts, type HostGroup } from './plan-groups.ts'
import {
  type ActionRecord,
  commandLine,
  type DiffRecord,
  type PlanRecord,
  type StepRecord,
} from './plan-record.ts'

export interface PlanTextOptions {
  readonly paint: Paint
  /** Show steps that are in sync too. */
  readonly showsInSync: boolean
  /** Show new files whole, and every action as it will run. */
  readonly showsActions: boolean
  /** Show what would follow, too, where something is refused and so nothing is done. */
  readonly showsForgone: boolean
  /** Checks that failed: as long as they do, nothing of the plan is done. */
  readonly failedChecks?: readonly CheckResult[]
  /** Lines before the counts, which are the last line; none where nothing is done. */
  readonly closing?: readonly string[]
}

/** New files longer than this are cut in the text view; markdown and JSON have them whole. */
const newFileLines = 20

/** The plan as a person reads it: one block a step, the same on several hosts once, the counts last. */
export function planText(plan: PlanRecord, options: PlanTextOptions): string {
  const isRefused = plan.counts.refusal > 0
  const textOf = (isShown: (diff: DiffRecord) => boolean) =>
    plan.steps.map(step => stepText(step, options, isShown)).filter(block => block !== '')
  const blocks = textOf(diff => diff.kind !== 'refusal' && (options.showsInSync || diff.kind !== 'in-sync'))
  return [
    options.paint('title', `Plan for ${plan.cluster}, playbook ${plan.playbook}`),
    ...textOf(({ kind }) => kind === 'refusal'),
    ...(isRefused ? forgoneText(plan, options) : []),
    ...(isRefused && !options.showsForgone ? [] : blocks),
    ...(!isRefused && blocks.length === 0 ? [nothingToDo(options.failedChecks)] : []),
    ...failedText(options),
    [
      ...(isRefused ? [] : (options.closing ?? [])),
      `Plan: ${countsLine(plan, options.failedChecks?.length)}`,
    ].join('\n'),
  ].join('\n\n')
}

/** What a plan without anything to do says; that all is well only where no check failed. */
export function nothingToDo(failed: readonly CheckResult[] = []): string {
  return failed.length === 0 ? 'Nothing to do: everything is as it should be.' : 'No step has anything to do.'
}

function failedText({ failedChecks = [], paint }: PlanTextOptions): readonly string[] {
  if (failedChecks.length === 0) return []
  const title = paint('title', 'Deploy does nothing of it until these checks pass')
  return [
    [
      title,
      ...failedChecks.flatMap(check =>
        checkLine(check, paint)
          .split('\n')
          .map(line => `  ${line}`),
      ),
    ].join('\n'),
  ]
}

/** What comes of the rest where something is refused. */
function forgoneText({ counts }: PlanRecord, { paint, showsForgone }: PlanTextOptions): readonly string[] {
  const count = counts.change + counts.wait
  if (count === 0) return []
  const rest = showsForgone
    ? 'what would follow:'
    : `what would follow (${plural(count, 'step')}) is shown by -v.`
  return [paint('warn', `Nothing is done while this is refused; ${rest}`)]
}

function stepText(
  step: StepRecord,
  options: PlanTextOptions,
  isShown: (diff: DiffRecord) => boolean,
): string {
  const groups = groupHosts(step).filter(({ diff }) => isShown(diff))
  if (groups.length === 0) return ''
  const heading = `${options.paint('title', step.ref)}  ${options.paint('faint', step.title)}`
  return [heading, ...groups.flatMap(group => groupText(group, options))].join('\n')
}

function groupText({ hosts, diff }: HostGroup, options: PlanTextOptions): readonly string[] {
  const { paint } = options
  const [symbol, style] = markOf(diff)
  const line = `  ${paint(style, symbol)} ${hosts.join(', ')}: ${paint(style, summaryOf(diff))}`
  return [line, ...details(diff, options).map(detail => `      ${detail}`)]
}

function markOf(diff: DiffRecord): readonly [string, Style] {
  switch (diff.kind) {
    case 'in-sync':
      return ['=', 'faint']
    case 'wait':
      return ['…', 'link']
    case 'refusal':
      return ['refused', 'bad']
    case 'change':
      return [
        diff.symbol,
        ({ '+': 'add', '~': 'change', '-': 'remove', '!': 'destroy' } as const)[diff.symbol],
      ]
  }
}

/** What it is about, in words; the risk is said wherever it is not `safe`. */
export function summaryOf(diff: DiffRecord): string {
  switch (diff.kind) {
    case 'in-sync':
      return diff.note ?? 'in sync'
    case 'wait':
      return `${diff.summary}${diff.progress === undefined ? '' : ` (${diff.progress})`}`
    case 'refusal':
      return diff.reason
    case 'change':
      return diff.risk === 'safe' ? diff.summary : `${diff.summary} [${diff.risk}]`
  }
}

function details(diff: DiffRecord, options: PlanTextOptions): readonly string[] {
  if (diff.kind === 'refusal') return [`${options.paint('good', 'fix:')} ${diff.fix}`]
  if (diff.kind !== 'change') return []
  const lost = diff.consumed.map(id => options.paint('destroy', `data is lost: --allow-data-loss ${id}`))
  const promise = diff.promise === undefined ? [] : [options.paint('link', diff.promise)]
  const shown = diff.display.flatMap(display => displayText(display, options))
  return [...lost, ...promise, ...shown, ...diff.actions.flatMap(action => actionText(action, options))]
}

function displayText(display: Display, { paint, showsActions }: PlanTextOptions): readonly string[] {
  if (display.kind === 'lines') return display.lines
  const lines = fileDiff(display).map(line => paintDiffLine(line, paint))
  const note = display.note === undefined ? [] : [`${display.path}: ${display.note}`]
  const limit = 3 + newFileLines
  if (showsActions || display.before !== undefined || lines.length <= limit) return [...note, ...lines]
  const rest = paint('faint', `… ${lines.length - limit} more lines (-vv shows all)`)
  return [...note, ...lines.slice(0, limit), rest]
}

function paintDiffLine(line: string, paint: Paint): string {
  if (line.startsWith('--- ') || line.startsWith('+++ ')) return paint('title', line)
  if (line.startsWith('@@')) return paint('link', line)
  if (line.startsWith('+')) return paint('add', line)
  if (line.startsWith('-')) return paint('remove', line)
  return line
}

/** Commands are always shown: what is shown is what runs. Scripts are long, so theirs is the title. */
function actionText(action: ActionRecord, { paint, showsActions }: PlanTextOptions): readonly string[] {
  const guard =
    showsActions && action.guard !== undefined ? [paint('faint', `# only if ${action.guard}`)] : []
  switch (action.kind) {
    case 'run':
      return [...guard, paint('faint', `$ ${commandLine(action)}`)]
    case 'script':
      return [
        ...guard,
        paint('faint', `$ sh: ${action.text}`),
        ...(showsActions
          ? action.script
              .trimEnd()
              .split('\n')
              .map(line => paint('faint', `  ${line}`))
          : []),
      ]
    case 'put':
      return showsActions
        ? [...guard, paint('faint', `$ ${action.text} (${action.mode} ${action.owner})`)]
        : []
  }
}
