import { durationText } from './duration.ts'
import { eventText, type ToldEvent, type ToldPlan } from './event-text.ts'
import { type LiveList, liveList } from './live-list.ts'
import type { Paint } from './paint.ts'
import type { Progress } from './progress.ts'

export interface LiveOptions {
  /** The terminal. */
  readonly stream: NodeJS.WriteStream
  /** The other standard stream: it is often the same terminal. */
  readonly otherStream: NodeJS.WriteStream
  readonly paint: Paint
}

/** A run on a terminal: first the hosts that are asked, gone once they answered; then the steps, to stay. */
export function liveProgress({ stream, otherStream, paint }: LiveOptions): Progress {
  let list: LiveList | undefined
  let hosts: string[] = []

  const startHosts = () => {
    list = liveList(
      hosts.map(host => [host, `${host}  connecting`]),
      { stream, otherStream, isTransient: true },
    )
    hosts = []
  }
  const note = (event: ToldEvent) => {
    const text = eventText(event, 0, paint)
    if (text !== undefined && list?.note(text) !== true) stream.write(`${text}\n`)
  }
  return {
    sink: event => {
      switch (event.type) {
        case 'host-connecting':
          // All hosts are told at once: one list for them.
          if (hosts.push(event.host) === 1) queueMicrotask(startHosts)
          return
        case 'host-connected':
          return list?.show(event.host, { title: `${event.host}  reading` })
        case 'host-failed':
          list?.show(event.host, { title: event.host })
          return list === undefined ? note(event) : list.end(event.host, event.message)
        case 'facts-gathered':
          for (const host of event.hosts) list?.end(host)
          return
        case 'plan-made':
          list = liveList(stepLines(event.plan), { stream, otherStream, isTransient: false })
          return
        case 'action-started':
          return list?.show(event.ref, { output: `${event.host}: $ ${firstLine(event.text)}` })
        case 'action-output':
          return list?.show(event.ref, { output: `${event.host}: ${lastLine(event.text)}` })
        case 'action-told':
          return list?.show(event.ref, { output: `${event.host}: ${event.text}` })
        case 'wait-progress':
          return list?.show(event.ref, { output: `${event.host}: ${bar(event.fraction)}${event.text}` })
        case 'step-finished': {
          const title = `${list?.titleOf(event.ref) ?? event.ref}  ${paint('faint', durationText(event.durationMs))}`
          list?.show(event.ref, { title, output: '' })
          return list?.end(event.ref, event.result === 'done' ? undefined : (event.message ?? event.result))
        }
        case 'run-started':
        case 'run-finished':
        case 'step-started':
          return
        default:
          return note(event)
      }
    },
    settle: async () => {
      await list?.close()
      list = undefined
    },
  }
}

/** The steps that will do something. */
function stepLines(plan: ToldPlan): readonly (readonly [string, string])[] {
  return plan.steps
    .filter(step => step.hosts.some(({ diff }) => diff.kind === 'change' || diff.kind === 'wait'))
    .map(step => [step.ref, `${step.ref}  ${step.title}`] as const)
}

function bar(fraction: number | undefined): string {
  if (fraction === undefined) return ''
  const width = 20
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * width)
  return `${'█'.repeat(full)}${'░'.repeat(width - full)} `
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? ''
}
