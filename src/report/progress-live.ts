import {
  Listr,
  type ListrDefaultRendererLogLevels,
  ListrLogger,
  type ListrTask,
  type ListrTaskWrapper,
  ProcessOutput,
} from 'listr2'
import type { RunEvent } from '../core/event.ts'
import type { Plan } from '../core/plan.ts'
import { durationText } from './duration.ts'
import { eventText } from './event-text.ts'
import type { Paint } from './paint.ts'
import type { Progress } from './progress.ts'

export interface LiveOptions {
  /** The terminal. */
  readonly stream: NodeJS.WriteStream
  /** Held back while the list is drawn, so that nothing tears it. */
  readonly otherStream: NodeJS.WriteStream
  readonly paint: Paint
}

// The renderer's types are listr2's own business.
type Wrapper = ListrTaskWrapper<unknown, never, never>

/** A line of the list: what it shows now, and how it ends. */
interface Line {
  title: string
  output: string
  wrapper: Wrapper | undefined
  readonly ended: Promise<void>
  end(problem?: string): void
}

function lineOf(title: string): Line {
  let resolve = () => {}
  let reject = (_: Error) => {}
  const ended = new Promise<void>((yes, no) => {
    resolve = yes
    reject = no
  })
  // A line may fail before listr2 comes to it.
  ended.catch(() => {})
  return {
    title,
    output: '',
    wrapper: undefined,
    ended,
    end: problem => (problem === undefined ? resolve() : reject(new Error(problem))),
  }
}

/** The list of steps on a terminal: a view of events by listr2, none of whose control flow is used. */
export function liveProgress({ stream, otherStream, paint }: LiveOptions): Progress {
  let lines = new Map<string, Line>()
  let drawing: Promise<void> = Promise.resolve()

  const draw = (entries: readonly (readonly [string, string])[], isConcurrent: boolean) => {
    lines = new Map(entries.map(([key, title]) => [key, lineOf(title)]))
    const before = drawing
    const drawn = [...lines.values()]
    drawing = before.then(() => drawList(drawn, isConcurrent, stream, otherStream))
  }
  const show = (key: string, change: Partial<Pick<Line, 'title' | 'output'>>) => {
    const line = lines.get(key)
    if (line === undefined) return
    Object.assign(line, change)
    paintLine(line)
  }
  const note = (event: RunEvent) => {
    const text = eventText(event, 0, paint)
    if (text === undefined) return
    const current = [...lines.values()].find(line => line.wrapper !== undefined && line.output !== ended)
    if (current === undefined) stream.write(`${text}\n`)
    else {
      current.output = text
      paintLine(current)
    }
  }
  return {
    sink: event => {
      switch (event.type) {
        case 'plan-made':
          return draw(stepLines(event.plan), false)
        case 'step-started':
          return show(event.ref, { title: `${event.ref}  ${event.title}` })
        case 'action-started':
          return show(event.ref, { output: `${event.host}: $ ${firstLine(event.text)}` })
        case 'action-output':
          return show(event.ref, { output: `${event.host}: ${lastLine(event.text)}` })
        case 'wait-progress':
          return show(event.ref, { output: `${event.host}: ${bar(event.fraction)}${event.text}` })
        case 'step-finished': {
          const line = lines.get(event.ref)
          const took = paint('faint', durationText(event.durationMs))
          show(event.ref, { title: `${line?.title ?? event.ref}  ${took}`, output: ended })
          return line?.end(event.result === 'done' ? undefined : (event.message ?? event.result))
        }
        case 'run-finished':
          return undefined
        default:
          return note(event)
      }
    },
    settle: async () => {
      for (const line of lines.values()) line.end('not reached')
      await drawing
      lines = new Map()
    },
  }
}

const ended = ''

async function drawList(
  lines: readonly Line[],
  isConcurrent: boolean,
  stream: NodeJS.WriteStream,
  otherStream: NodeJS.WriteStream,
): Promise<void> {
  const tasks = lines.map(
    (line): ListrTask => ({
      title: line.title,
      rendererOptions: { persistentOutput: false },
      task: (_context, wrapper) => {
        line.wrapper = wrapper as unknown as Wrapper
        paintLine(line)
        return line.ended
      },
    }),
  )
  const rendererOptions = {
    collapseErrors: false,
    logger: new ListrLogger<ListrDefaultRendererLogLevels>({
      useIcons: true,
      toStderr: [],
      processOutput: new ProcessOutput(stream, otherStream, { leaveEmptyLine: false }),
    }),
  }
  const list = new Listr(tasks, {
    concurrent: isConcurrent,
    registerSignalListeners: false,
    rendererOptions,
    // listr2 asks standard output whether there is a terminal; this draws on standard error.
    fallbackRenderer: 'default',
    fallbackRendererOptions: rendererOptions,
  })
  // A failed line is drawn as such; the run's own error is printed by whoever ran it.
  await list.run().catch(() => {})
}

function paintLine({ wrapper, title, output }: Line): void {
  if (wrapper === undefined) return
  wrapper.title = title
  wrapper.output = output
}

/** The steps that will do something. */
function stepLines(plan: Plan): readonly (readonly [string, string])[] {
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
