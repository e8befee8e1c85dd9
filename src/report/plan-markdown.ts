import type { CheckResult } from '../preflight/check.ts'
import { fileDiff } from './file-diff.ts'
import { countsLine } from './plan-counts.ts'
import { groupHosts, type HostGroup } from './plan-groups.ts'
import {
  type ActionRecord,
  commandLine,
  type DiffRecord,
  type PlanRecord,
  type StepRecord,
} from './plan-record.ts'
import { nothingToDo, summaryOf } from './plan-text.ts'

/** The plan as a pull request's comment: the counts first, then one folded section a step. */
export function planMarkdown(plan: PlanRecord, failed: readonly CheckResult[] = []): string {
  const sections = plan.steps.map(stepMarkdown).filter(section => section !== '')
  return [
    `## nfsha plan: ${escapeMarkdown(plan.cluster)} (playbook ${escapeMarkdown(plan.playbook)})`,
    `**${countsLine(plan, failed.length)}**`,
    ...failedMarkdown(failed),
    ...(sections.length === 0 ? [nothingToDo(failed)] : sections),
    `<sub>plan digest ${plan.digest}</sub>`,
  ].join('\n\n')
}

function failedMarkdown(failed: readonly CheckResult[]): readonly string[] {
  if (failed.length === 0) return []
  const lines = failed.map(
    ({ node, check, message, fix = '' }) =>
      `- **${escapeMarkdown(node)}** \`${check}\`: ${escapeMarkdown(message)}\n\n  fix: ${escapeMarkdown(fix)}`,
  )
  return [['### Deploy does nothing of it until these checks pass', ...lines].join('\n\n')]
}

function stepMarkdown(step: StepRecord): string {
  const groups = groupHosts(step).filter(({ diff }) => diff.kind !== 'in-sync')
  if (groups.length === 0) return ''
  return [`### \`${step.ref}\` ${escapeMarkdown(step.title)}`, ...groups.map(groupMarkdown)].join('\n\n')
}

function groupMarkdown({ hosts, diff }: HostGroup): string {
  const line = `- \`${symbolOf(diff)}\` **${hosts.map(escapeMarkdown).join(', ')}**: ${escapeMarkdown(summaryOf(diff))}`
  if (diff.kind === 'refusal') return `${line}\n\n  fix: ${escapeMarkdown(diff.fix)}`
  if (diff.kind !== 'change') return line
  const head = diff.promise === undefined ? line : `${line}\n  _${escapeMarkdown(diff.promise)}_`
  const shown = diff.display.map(display =>
    display.kind === 'lines' ? fence('', display.lines) : fence('diff', fileDiff(display)),
  )
  const parts = [...shown, fence('sh', diff.actions.flatMap(actionLines))].filter(part => part !== '')
  if (parts.length === 0) return head
  return [head, '', '<details><summary>details</summary>', '', ...parts, '', '</details>'].join('\n')
}

function symbolOf(diff: DiffRecord): string {
  if (diff.kind === 'change') return diff.symbol
  return { 'in-sync': '=', wait: '…', refusal: 'refused' }[diff.kind]
}

function actionLines(action: ActionRecord): readonly string[] {
  if (action.kind === 'run') return [commandLine(action)]
  if (action.kind === 'script') return [`# ${action.text}`, ...action.script.trimEnd().split('\n')]
  return [`# ${action.text} (${action.mode} ${action.owner})`]
}

/** A fenced block, its fence longer than any run of backticks inside (CommonMark 4.5). */
function fence(language: string, lines: readonly string[]): string {
  if (lines.length === 0) return ''
  const longest = Math.max(2, ...lines.flatMap(line => (line.match(/`+/g) ?? []).map(run => run.length)))
  const mark = '`'.repeat(longest + 1)
  return [`${mark}${language}`, ...lines, mark].join('\n')
}

/** Text that Markdown and HTML leave alone. */
function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#]/g, found => (found === '<' ? '&lt;' : `\\${found}`))
}
