import type { CheckOutcome, CheckResult } from '../preflight/check.ts'
import type { Paint, Style } from './paint.ts'
import { columns } from './table.ts'

const styles: Readonly<Record<CheckOutcome, Style>> = {
  ok: 'good',
  warn: 'warn',
  fail: 'bad',
  unknown: 'link',
}

/** One check on a line of its own, its fix below. */
export function checkLine({ node, check, result, message, fix }: CheckResult, paint: Paint): string {
  const line = `${paint(styles[result], result)} ${node} ${check}: ${message}`
  return fix === undefined ? line : `${line}\n  ${paint('good', 'fix:')} ${fix}`
}

/** The checks as a table, each fix below its line, and how many came out how. */
export function checksText(checks: readonly CheckResult[], showsAll: boolean, paint: Paint): string {
  const shown = checks.filter(({ result }) => showsAll || result !== 'ok')
  const rows = columns(
    shown.map(({ node, check, result, message }) => [node, check, paint(styles[result], result), message]),
  ).split('\n')
  const lines = shown.flatMap(({ fix }, i) => [
    rows[i] ?? '',
    ...(fix === undefined ? [] : [`  ${paint('good', 'fix:')} ${fix}`]),
  ])
  return [...lines, checkCounts(checks)].join('\n')
}

/** `31 ok, 2 warn, 1 fail, 0 unknown`. */
export function checkCounts(checks: readonly CheckResult[]): string {
  const count = (outcome: CheckOutcome) => checks.filter(({ result }) => result === outcome).length
  return `Checks: ${(['ok', 'warn', 'fail', 'unknown'] as const).map(each => `${count(each)} ${each}`).join(', ')}`
}
