import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A TCP relay on loopback that delays what passes, in each direction by half of the round trip. */
export interface DelayingRelay {
  readonly port: number
  stop(): void
}

export async function startDelayingRelay(address: string, roundTripMs: number): Promise<DelayingRelay> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, client => {
    const upstream = connect({ host: address, port: 22, noDelay: true })
    pass(client, upstream, roundTripMs / 2)
    pass(upstream, client, roundTripMs / 2)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  return {
    port: bound.port,
    stop: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Timers of the same length fire in their order, so nothing overtakes. */
function pass(from: Socket, to: Socket, delayMs: number): void {
  const later = (deed: () => void) => (delayMs === 0 ? deed() : setTimeout(deed, delayMs))
  from.on('data', data => later(() => to.write(data)))
  from.on('end', () => later(() => to.end()))
}
