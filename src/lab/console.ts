import { connect } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { NfshaError } from '../core/error.ts'

/** Ctrl-], as telnet(1) and virsh console leave. */
const escapeByte = 0x1d

export interface ConsoleTerminal {
  readonly input: Readable & { setRawMode?: (raw: boolean) => unknown }
  readonly output: Writable
}

/** Connects a terminal with a machine's serial console until Ctrl-] or the machine ends. */
export function attachConsole(socketPath: string, terminal: ConsoleTerminal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath)
    const { input, output } = terminal
    const leave = () => {
      input.off('data', forward)
      input.setRawMode?.(false)
      input.pause()
      socket.destroy()
    }
    const forward = (bytes: Buffer) => {
      const end = bytes.indexOf(escapeByte)
      if (end === -1) socket.write(bytes)
      else leave()
    }
    socket.on('connect', () => {
      input.setRawMode?.(true)
      input.on('data', forward)
      input.resume()
    })
    socket.on('data', bytes => output.write(bytes))
    socket.on('error', cause => {
      leave()
      reject(new NfshaError('failed', 'the console is not there', 'see `nfsha lab status`', { cause }))
    })
    socket.on('close', () => {
      leave()
      resolve()
    })
  })
}
