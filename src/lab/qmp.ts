import { connect } from 'node:net'
import { NfshaError } from '../core/error.ts'

export interface QmpCommand {
  readonly execute: string
  readonly arguments?: Readonly<Record<string, unknown>>
}

/**
 * Runs one command on a QEMU Machine Protocol socket and closes it: a socket serves one client, so a
 * connection left open would make the next one hang (seen in the lab). Answers the `return` value.
 * Errors: `failed` when the process is gone, refuses the command, or does not answer in time.
 */
export function qmp(socketPath: string, command: QmpCommand, timeoutMs = 120_000): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath)
    let rest = ''
    const fail = (why: string, cause?: unknown) => {
      socket.destroy()
      const message = `the machine did not do ${command.execute}: ${why}`
      reject(
        new NfshaError('failed', message, 'see `nfsha lab status`; `nfsha lab up` starts what is down', {
          cause,
        }),
      )
    }
    socket.setEncoding('utf8')
    socket.setTimeout(timeoutMs, () => fail('no answer in time'))
    socket.on('error', cause => fail(cause.message, cause))
    socket.on('close', () => fail('the connection was closed'))
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const answer = JSON.parse(line) as Record<string, unknown>
        const step = nextStep(answer, command)
        if (step.kind === 'send') for (const each of step.commands) socket.write(`${JSON.stringify(each)}\n`)
        if (step.kind === 'refused') fail(step.why)
        if (step.kind === 'done') {
          resolve(step.value)
          socket.destroy()
        }
      }
    })
  })
}

type NextStep =
  | { readonly kind: 'send'; readonly commands: readonly object[] }
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'ignore' }

/** Greeting, then capabilities, then our command by its id; events in between are of no interest. */
function nextStep(answer: Record<string, unknown>, command: QmpCommand): NextStep {
  if ('QMP' in answer)
    return { kind: 'send', commands: [{ execute: 'qmp_capabilities' }, { ...command, id: 'nfsha' }] }
  if ('error' in answer) return { kind: 'refused', why: JSON.stringify(answer.error) }
  if (answer.id === 'nfsha') return { kind: 'done', value: answer.return }
  return { kind: 'ignore' }
}

/** A command of QEMU's human monitor; any text it prints is a complaint. */
export async function monitor(socketPath: string, line: string, timeoutMs?: number): Promise<void> {
  const said = await qmp(
    socketPath,
    { execute: 'human-monitor-command', arguments: { 'command-line': line } },
    timeoutMs,
  )
  if (typeof said === 'string' && said.trim() !== '')
    throw new NfshaError('failed', `the machine did not do ${line}: ${said.trim()}`, 'see `nfsha lab status`')
}

const startLimitMs = 120_000

/** Waits until a process that was just started serves its socket. Errors: `failed` when it does not. */
export async function untilQmpAnswers(socketPath: string): Promise<void> {
  const deadline = performance.now() + startLimitMs
  for (;;) {
    try {
      await qmp(socketPath, { execute: 'query-status' })
      return
    } catch (error) {
      if (performance.now() > deadline) throw error
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
}
