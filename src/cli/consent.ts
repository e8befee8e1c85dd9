import { NfshaError } from '../core/error.ts'
import { movedSince } from '../report/plan-moved.ts'
import type { PlanRecord } from '../report/plan-record.ts'
import { interrupted } from './interrupt.ts'
import type { Io } from './io.ts'

/** How a command is agreed to without a terminal, and what to do before. */
const byYes = { option: '--yes', fix: 'look at `nfsha plan` first, then add --yes' } as const

/** Errors: `usage`, at once, when a run could only ask and there is nobody to answer. */
export function assertCanAsk(
  isAgreed: boolean,
  format: string,
  { stdin }: Pick<Io, 'stdin'>,
  { option, fix }: { readonly option: string; readonly fix: string } = byYes,
): void {
  if (isAgreed || (stdin.isTTY && format === 'text')) return
  const why =
    format === 'text' ? 'there is no terminal to ask on' : `the plan is not shown with --format ${format}`
  throw new NfshaError('usage', `${option} is missing, and ${why}`, fix)
}

/** Asks, and takes only `yes` or `y`. Errors: `failed` for any other answer, `interrupted` for none (Ctrl-C, Ctrl-D). */
export async function askConsent(question: string, { stdin }: Pick<Io, 'stdin'>): Promise<void> {
  const answer = await stdin.ask(`${question} [yes/no] `)
  if (answer === undefined) throw interrupted()
  if (!/^y(es)?$/i.test(answer.trim()))
    throw new NfshaError('failed', 'not agreed: nothing was changed', 'run it again when you like')
}

/** What is asked before a plan is applied; what is disruptive in it is said once more, right where it is agreed to. */
export function questionFor(plan: PlanRecord, nodes: string): string {
  const disruptive = plan.steps.flatMap(({ ref, hosts }) =>
    hosts.flatMap(({ host, diff }) =>
      diff.kind === 'change' && diff.risk === 'disruptive'
        ? [`  ${ref} on ${host}: ${diff.promise ?? diff.summary}`]
        : [],
    ),
  )
  const question = `Do this to ${nodes}?`
  return disruptive.length === 0 ? question : ['Clients will notice:', ...disruptive, question].join('\n')
}

/** Asks for a name to be typed. Errors: `failed` for any other answer, `interrupted` for none. */
export async function askForName(
  question: string,
  name: string,
  { stdin }: Pick<Io, 'stdin'>,
): Promise<void> {
  const answer = await stdin.ask(`${question}: `)
  if (answer === undefined) throw interrupted()
  if (answer.trim() !== name)
    throw new NfshaError('failed', `that is not ${name}: nothing was changed`, 'run it again when you like')
}

/** Errors: `refused`, naming all that is no longer as the saved plan says. */
export function assertNotStale(saved: PlanRecord | undefined, now: PlanRecord): void {
  if (saved === undefined) return
  const moved = movedSince(saved, now)
  if (moved.length === 0) return
  throw new NfshaError(
    'refused',
    ['the saved plan is stale; what moved since:', ...moved].join('\n'),
    'nothing was changed; make and look at a new plan: nfsha plan INVENTORY --out FILE',
  )
}

/** Errors: `refused` with every refusal of the plan, and its fix. */
export function assertNotRefused(plan: PlanRecord): void {
  const problems = plan.steps.flatMap(step =>
    step.hosts.flatMap(({ host, diff }) =>
      diff.kind === 'refusal' ? [{ message: `${step.ref} on ${host}: ${diff.reason}`, hint: diff.fix }] : [],
    ),
  )
  const [only] = problems
  if (only === undefined) return
  if (problems.length === 1) throw new NfshaError('refused', only.message, only.hint)
  throw new NfshaError(
    'refused',
    `${problems.length} steps refuse, so nothing was changed`,
    'mend each, then run it again',
    { problems },
  )
}
