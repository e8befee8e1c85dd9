import type { NfshaError, Problem, SourcePlace } from '../core/error.ts'
import type { Paint } from './paint.ts'

/** `error: WHAT`, `  at FILE:LINE:COLUMN` where a file is to blame, `  fix: WHAT TO DO`; each problem so, the sum last. */
export function errorText(error: NfshaError, paint: Paint): string {
  // A lone problem may be the error itself.
  const problems = error.problems.filter(({ message }) => message !== error.message)
  return [...problems, error].map(problem => problemText(problem, paint)).join('\n')
}

function problemText(
  { message, hint, at }: Pick<Problem, 'message' | 'hint'> & { at?: SourcePlace | undefined },
  paint: Paint,
): string {
  const [first = '', ...rest] = message.trimEnd().split('\n')
  return [
    `${paint('bad', 'error:')} ${first}`,
    ...rest.map(line => `  ${line}`),
    ...(at === undefined ? [] : [`  at ${placeText(at)}`]),
    ...(hint === '' ? [] : [`  ${paint('good', 'fix:')} ${hint.replaceAll('\n', '\n       ')}`]),
  ].join('\n')
}

/** `inventories/x.yml:12:7`, as editors and terminals understand it. */
export function placeText({ file, line, column }: SourcePlace): string {
  return `${file}:${line}:${column}`
}

/** The error as the JSON output carries it. */
export function errorJson(error: NfshaError): object {
  return {
    verdict: error.code,
    exitCode: error.exitCode,
    error: {
      message: error.message,
      fix: error.hint,
      ...(error.at === undefined ? {} : { at: error.at }),
      ...(error.problems.length === 0 ? {} : { problems: error.problems.map(problemJson) }),
    },
  }
}

function problemJson({ message, hint, at }: Problem): object {
  return { message, fix: hint, ...(at === undefined ? {} : { at }) }
}
