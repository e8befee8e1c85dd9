import type { Room } from '../page/chart.ts'
import { wrapText } from '../wrap.ts'
import type { State, Topology } from './topology.ts'

/** A box with lines of text, in pixels from the upper left corner. */
export interface Box {
  readonly x1: number
  readonly x2: number
  readonly y1: number
  readonly y2: number
  readonly state: State
  readonly title: string
  readonly lines: readonly string[]
}

/** A line from corner to corner; `mark` stands in its middle. */
export interface Path {
  readonly points: readonly (readonly [x: number, y: number])[]
  readonly state: State
  readonly isThick: boolean
  readonly mark?: string
  readonly title?: string
  readonly about?: string
}

export interface Layout {
  readonly height: number
  readonly boxes: readonly Box[]
  readonly paths: readonly Path[]
  /** Pixels between the two nodes, for the texts there. */
  readonly gap: number
}

const lineHeight = 17
/** What a letter between the nodes takes at most, as Plot counts. */
const letterWidth = 7.6
const wireHeight = 54
const between = 34
const marks: Readonly<Partial<Record<State, string>>> = { bad: '✗', unknown: '?' }

/** Two nodes side by side, the VIP below and between them, and the clients below that. */
export function layoutOf(topology: Topology, { width, isNarrow }: Room): Layout {
  const [left, right] = topology.nodes
  if (left === undefined || right === undefined) return { height: 1, boxes: [], paths: [], gap: 0 }
  const nodeWidth = isNarrow ? 116 : 190
  const lines = Math.max(left.lines.length, right.lines.length)
  const gap = width - 2 * nodeWidth
  const abouts = topology.wires.map(({ about }) => wrapText(about, Math.floor((gap - 6) / letterWidth)))
  const extraLines = Math.max(0, ...abouts.map(about => about.split('\n').length - 1))
  const nodesHeight = Math.max(
    24 + (lines + 1) * lineHeight,
    topology.wires.length * (wireHeight + extraLines * lineHeight),
  )
  const nodes = [left, right].map(({ name, lines: texts, state }, side) => ({
    ...{ title: name, lines: texts, state },
    x1: side === 0 ? 1 : width - nodeWidth,
    x2: side === 0 ? nodeWidth : width - 1,
    y1: 1,
    y2: nodesHeight,
  }))
  const vip = vipBox(topology.vip, width, nodesHeight + between)
  const clients = clientBoxes(topology.clients, { width, isNarrow }, vip.y2 + between)
  return {
    height: (clients[0]?.y2 ?? vip.y2) + 1,
    boxes: [...nodes, vip, ...clients],
    paths: [
      ...topology.wires.map((wire, i) => ({
        points: [
          [nodeWidth, wireY(i, topology.wires.length, nodesHeight)],
          [width - nodeWidth, wireY(i, topology.wires.length, nodesHeight)],
        ] as const,
        state: wire.state,
        isThick: wire.isReplication,
        title: wire.name,
        about: abouts[i] ?? '',
        ...markOf(wire.state, wire.flow),
      })),
      ...topology.vip.holders.map(side => holderPath(nodes[side] ?? vip, vip, topology.vip.state)),
      ...clients.map(client => clientPath(client, vip)),
    ],
    gap,
  }
}

function wireY(i: number, wires: number, height: number): number {
  return ((i + 0.5) * height) / wires
}

function markOf(state: State, flow?: 'left' | 'right'): { readonly mark?: string } {
  const mark = marks[state] ?? (flow === undefined ? undefined : flow === 'right' ? '→' : '←')
  return mark === undefined ? {} : { mark }
}

function vipBox({ lines, state }: Topology['vip'], width: number, y1: number): Box {
  const half = 80
  const height = 20 + (lines.length + 1) * lineHeight
  return { x1: width / 2 - half, x2: width / 2 + half, y1, y2: y1 + height, state, title: 'VIP', lines }
}

/** As many as fit side by side; a last box counts the rest. */
function clientBoxes(clients: Topology['clients'], { width, isNarrow }: Room, y1: number): readonly Box[] {
  const places = isNarrow ? 2 : 5
  const more = clients.length - places + 1
  const hasMore = clients.length > places
  const shown = hasMore
    ? [
        ...clients.slice(0, places - 1),
        { name: `and ${more} more`, about: 'in the table', state: worst(clients.slice(places - 1)) },
      ]
    : clients
  const cell = width / Math.max(1, shown.length)
  const half = Math.min(75, cell / 2 - 4)
  return shown.map(({ name, about, state }, i) => {
    const middle = (i + 0.5) * cell
    return {
      ...{ title: name, lines: [about], state },
      ...{ x1: middle - half, x2: middle + half, y1, y2: y1 + 20 + 2 * lineHeight },
    }
  })
}

function worst(clients: Topology['clients']): State {
  const order: readonly State[] = ['bad', 'warn', 'unknown']
  return order.find(state => clients.some(client => client.state === state)) ?? 'good'
}

/** Down from the node that holds the VIP, and across to it. */
function holderPath(node: Box, vip: Box, state: State): Path {
  const x = (node.x1 + node.x2) / 2
  const y = (vip.y1 + vip.y2) / 2
  const side = x < vip.x1 ? vip.x1 : vip.x2
  return {
    points: [
      [x, node.y2],
      [x, y],
      [side, y],
    ],
    state,
    isThick: false,
  }
}

/** From the VIP down, across, and down to the client. */
function clientPath(client: Box, vip: Box): Path {
  const [from, to] = [(vip.x1 + vip.x2) / 2, (client.x1 + client.x2) / 2]
  const y = (vip.y2 + client.y1) / 2
  return {
    points: [
      [from, vip.y2],
      [from, y],
      [to, y],
      [to, client.y1],
    ],
    state: client.state,
    isThick: false,
  }
}
