import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A TCP relay on loopback that a test can make misbehave. */
export interface Relay {
  readonly port: number
  /** From now on nothing passes in either direction, and nothing is closed: a pulled cable. */
  goSilent(): void
  /** Resets all connections (RST). */
  reset(): void
  stop(): void
}

export async function startRelay(target: number): Promise<Relay> {
  const sockets = new Set<Socket>()
  let isSilent = false
  const server = createServer(client => {
    const upstream = connect(target, '127.0.0.1')
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.on('data', data => {
        if (!isSilent) to.write(data)
      })
      from.on('end', () => {
        if (!isSilent) to.end()
      })
      from.on('error', () => undefined)
      from.on('close', () => sockets.delete(from))
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const endAll = (how: (socket: Socket) => void): void => {
    for (const socket of sockets) how(socket)
  }
  return {
    port: address.port,
    goSilent: () => {
      isSilent = true
    },
    reset: () => endAll(socket => socket.resetAndDestroy()),
    stop: () => {
      server.close()
      endAll(socket => socket.destroy())
    },
  }
}
