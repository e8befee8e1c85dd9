import type { LintFinding } from '../inventory/lint.ts'
import { placeText } from './error-text.ts'
import type { Paint, Style } from './paint.ts'

const styles: Readonly<Record<LintFinding['severity'], Style>> = {
  error: 'bad',
  warning: 'warn',
  note: 'link',
}

/** One finding as `warning: WHAT [id]`, where, why, and the fix; an accepted one with the reason given. */
export function lintText(finding: LintFinding, paint: Paint): string {
  const { severity, message, id, at, reason, fix, accepted } = finding
  if (accepted !== undefined) return paint('faint', `accepted: ${message} [${id}]: ${accepted}`)
  return [
    `${paint(styles[severity], `${severity}:`)} ${message} [${id}]`,
    ...(at === undefined ? [] : [`  at ${placeText(at)}`]),
    `  why: ${reason}`,
    `  ${paint('good', 'fix:')} ${fix}`,
  ].join('\n')
}

/** How many of each severity; accepted findings count for themselves only. */
export function lintCounts(findings: readonly LintFinding[]): string {
  const open = findings.filter(finding => finding.accepted === undefined)
  const count = (severity: LintFinding['severity'], word: string) => {
    const found = open.filter(finding => finding.severity === severity).length
    return found === 0 ? [] : [`${found} ${word}${found === 1 ? '' : 's'}`]
  }
  const accepted = findings.length - open.length
  const counts = [...count('error', 'error'), ...count('warning', 'warning'), ...count('note', 'note')]
  return [
    ...(counts.length === 0 ? ['no findings'] : counts),
    ...(accepted === 0 ? [] : [`${accepted} accepted`]),
  ].join(', ')
}
