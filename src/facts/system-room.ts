import { type Fact, present, unknown } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'

/** How much of a file system of the node's own is taken, 0 to 1: of its room, and of its inodes where it counts them. */
export interface SystemRoom {
  /** The first of the paths below that lies on it. */
  readonly path: string
  readonly size: number
  /** What others than root may still take, bytes. */
  readonly available: number
  readonly taken: number
  readonly inodesTaken: number
}

/** What nfsha and the services write to, beside the volumes: configuration, memory, sockets and locks, logs. */
const paths = ['/', '/run', '/tmp', '/var/lib', '/var/log'] as const

/** Room on the node's own file systems, each once, by statfs(2). */
export const systemRoom: Probe<readonly SystemRoom[]> = Object.freeze<Probe<readonly SystemRoom[]>>({
  id: 'system-room',
  script: `stat -f -c '%n %i %S %b %f %a %c %d' ${paths.join(' ')} 2>/dev/null || :`,
  parse: ({ stdout }) => parseRoom(stdout),
  deadlineMs: 60_000,
  maxBytes: 4096,
})

function parseRoom(stdout: string): Fact<readonly SystemRoom[]> {
  const lines = stdout.trim().split('\n')
  const found = lines.map(line => line.split(' ')).filter(fields => fields.length === 8)
  if (found.length === 0) return unknown('the room of the node is not understood')
  const seen = new Set<string>()
  return present(
    found.flatMap(([path = '', id = '', ...numbers]) => {
      if (seen.has(id)) return []
      seen.add(id)
      return [roomOf(path, numbers.map(Number))]
    }),
  )
}

/** Taken as df(1) counts it: what is kept for root is not there for others. */
function roomOf(
  path: string,
  [block = 0, blocks = 0, free = 0, available = 0, inodes = 0, inodesFree = 0]: readonly number[],
): SystemRoom {
  const used = blocks - free
  return {
    path,
    size: block * blocks,
    available: block * available,
    taken: used + available > 0 ? used / (used + available) : 0,
    inodesTaken: inodes > 0 ? 1 - inodesFree / inodes : 0,
  }
}
