import { styleText } from 'node:util'
import {
  Listr,
  ListrDefaultRendererLogLevels,
  ListrLogger,
  type ListrTask,
  type ListrTaskWrapper,
  ProcessOutput,
  Spinner,
} from 'listr2'

export interface ListOptions {
  /** The terminal to draw on. */
  readonly stream: NodeJS.WriteStream
  /** Held back while the list is drawn, so that nothing tears it. */
  readonly otherStream: NodeJS.WriteStream
  /** All lines at once, and gone when all are done; else one after the other, to stay. */
  readonly isTransient: boolean
}

/** A list on a terminal. Lines are told by key; what is said of a key that is not there is dropped. */
export interface LiveList {
  show(key: string, change: { readonly title?: string; readonly output?: string }): void
  /** Ends a line: well, or with what is wrong. */
  end(key: string, problem?: string): void
  titleOf(key: string): string | undefined
  /** Whether any line is being worked on, so that a note may be shown there. */
  note(text: string): boolean
  /** Ends all lines, and waits until the last picture is drawn. */
  close(): Promise<void>
}

// The renderer's type parameters are listr2's own business.
type Wrapper = ListrTaskWrapper<unknown, never, never>

interface Line {
  title: string
  output: string
  wrapper: Wrapper | undefined
  isEnded: boolean
  /** It ended, and nothing was done. */
  isUnreached: boolean
  readonly ended: Promise<void>
  readonly settle: (problem?: string) => void
}

/** Draws a list by listr2: it renders, and none of its control flow is used. */
export function liveList(entries: readonly (readonly [string, string])[], options: ListOptions): LiveList {
  const lines = new Map(entries.map(([key, title]) => [key, lineOf(title)]))
  const drawn = draw([...lines.values()], options)
  return {
    show(key, change) {
      const line = lines.get(key)
      if (line === undefined) return
      Object.assign(line, change)
      paintLine(line)
    },
    end(key, problem) {
      const line = lines.get(key)
      if (line === undefined) return
      line.isEnded = true
      // After a step that failed no other is begun.
      if (problem !== undefined && !options.isTransient) for (const each of lines.values()) forgo(each)
      line.settle(problem)
    },
    titleOf: key => lines.get(key)?.title,
    note(text) {
      const current = [...lines.values()].find(line => line.wrapper !== undefined && !line.isEnded)
      if (current === undefined) return false
      current.output = text
      paintLine(current)
      return true
    },
    async close() {
      for (const line of lines.values()) forgo(line)
      await drawn
    },
  }
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
  const settle = (problem?: string) => (problem === undefined ? resolve() : reject(new Error(problem)))
  return { title, output: '', wrapper: undefined, isEnded: false, isUnreached: false, ended, settle }
}

/** Ends a line that nobody worked on, or that nothing more is heard of: that is no failure. */
function forgo(line: Line): void {
  if (line.isEnded) return
  Object.assign(line, { isEnded: true, isUnreached: true, title: `${line.title}  not reached`, output: '' })
  leave(line)
  line.settle()
}

function leave({ wrapper, isUnreached, title }: Line): void {
  if (isUnreached) wrapper?.skip(title)
}

/** Turns three times a second: each turn draws the whole list, and listr2's ten cost a tenth of a core. */
class CalmSpinner extends Spinner {
  override start(draw?: () => void): void {
    super.start(draw, 330)
  }
}

const unreached = ListrDefaultRendererLogLevels.SKIPPED_WITH_COLLAPSE

async function draw(
  lines: readonly Line[],
  { stream, otherStream, isTransient }: ListOptions,
): Promise<void> {
  const rendererOptions = {
    collapseErrors: false,
    clearOutput: isTransient,
    spinner: new CalmSpinner(),
    icon: { [unreached]: '–' },
    color: { [unreached]: (text?: string) => styleText('dim', text ?? '') },
    logger: new ListrLogger<ListrDefaultRendererLogLevels>({
      useIcons: true,
      toStderr: [],
      processOutput: new ProcessOutput(stream, otherStream, { leaveEmptyLine: false }),
    }),
  }
  const list = new Listr(lines.map(taskOf), {
    concurrent: isTransient,
    exitOnError: false,
    registerSignalListeners: false,
    rendererOptions,
    // listr2 asks standard output whether there is a terminal; this draws on standard error.
    fallbackRenderer: 'default',
    fallbackRendererOptions: rendererOptions,
  })
  // A failed line is drawn as such; the run's own error is printed by whoever ran it.
  await list.run().catch(() => {})
}

function taskOf(line: Line): ListrTask {
  return {
    title: line.title,
    task: (_context, wrapper) => {
      line.wrapper = wrapper as unknown as Wrapper
      paintLine(line)
      leave(line)
      return line.ended
    },
  }
}

function paintLine({ wrapper, title, output }: Line): void {
  if (wrapper === undefined) return
  wrapper.title = title
  wrapper.output = output
}
