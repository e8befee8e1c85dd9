import { LineCounter, parseDocument } from 'yaml'
import { NfshaError, type Problem, type SourcePlace } from '../core/error.ts'
import { type PlaybookHeader, playbookSchema } from './header.ts'

/** A playbook as written: its header, and the step ids in order. */
export interface ParsedPlaybook {
  readonly header: PlaybookHeader
  readonly stepIds: readonly string[]
}

/** Reads a playbook's text. Errors: `failed`, with every problem and its place in the file. */
export function parsePlaybook(text: string, file: string): ParsedPlaybook {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const placeAt = (offset: number): SourcePlace => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col }
  }
  if (document.errors.length > 0)
    throw faulty(
      file,
      document.errors.map(error => ({
        message: (error.message.split('\n')[0] ?? '').replace(/ at line \d+.*$/, ''),
        hint: 'correct the YAML',
        at: placeAt(error.pos[0]),
      })),
    )
  const checked = playbookSchema.safeParse(document.toJS())
  if (checked.success) {
    const { steps, ...header } = checked.data
    const repeated = steps.find((id, i) => steps.indexOf(id) !== i)
    if (repeated === undefined) return { header, stepIds: steps }
    throw faulty(file, [
      { message: `step ${repeated} is listed twice`, hint: 'a step says what should be: once is enough' },
    ])
  }
  throw faulty(
    file,
    checked.error.issues.map(({ path, message }) => {
      const node = document.getIn(
        path.filter(part => typeof part !== 'symbol'),
        true,
      ) as { range?: readonly [number, number, number] } | undefined
      return {
        message: `${path.length === 0 ? 'playbook' : path.join('.')}: ${message}`,
        hint: 'a playbook has title, needs, consent, params and steps',
        at: placeAt(node?.range?.[0] ?? 0),
      }
    }),
  )
}

function faulty(file: string, problems: readonly Problem[]): NfshaError {
  return new NfshaError('failed', `playbook ${file} is faulty`, 'nothing was done; correct the playbook', {
    problems,
  })
}
