import { dot, line, rect, text } from '@observablehq/plot'
import { chart, key, type Room } from '../page/chart.ts'
import type { Html } from '../page/html.ts'
import { type Box, type Layout, layoutOf, type Path } from './layout.ts'
import type { State, Topology } from './topology.ts'

const colours: Readonly<Record<State, string>> = {
  good: 'var(--good)',
  bad: 'var(--bad)',
  warn: 'var(--warn)',
  idle: 'var(--faint)',
  unknown: 'var(--faint)',
}
const fills: Readonly<Record<State, string>> = {
  good: 'var(--good-tint)',
  bad: 'var(--bad-tint)',
  warn: 'var(--warn-tint)',
  idle: 'var(--card)',
  unknown: 'var(--card)',
}
/** Colour is never the only sign. */
const dashes: Readonly<Record<State, string>> = {
  good: 'none',
  bad: '7,5',
  warn: 'none',
  idle: 'none',
  unknown: '2,4',
}

/** A letter's width at 12 pixels, for texts that must fit a box. */
const emPixels = 12
const boldEmPixels = 15.5

/** The cluster as a picture: nodes, what joins them, the VIP and its clients, each by its state. */
export function topologyChart(topology: Topology, label: string): Html {
  return chart({
    label,
    caption: 'Links and replication between the nodes, who holds the VIP, and what clients get from it.',
    draw: room => options(layoutOf(topology, room), room),
    below: key([
      ['works', colours.good],
      ['works for now', colours.warn],
      ['does not work (dashed, ✗)', colours.bad],
      ['passive; unknown (dotted, ?)', colours.unknown],
    ]),
  })
}

function options({ height, boxes, paths, gap }: Layout, { width }: Room) {
  const wires = paths.filter(({ title }) => title !== undefined)
  return {
    height,
    margin: 0,
    x: { domain: [0, width], range: [0, width], axis: null },
    y: { domain: [0, height], range: [0, height], axis: null },
    marks: [
      ...(Object.keys(colours) as readonly State[]).flatMap(state => [
        pathMark(paths, state, false),
        pathMark(paths, state, true),
      ]),
      rect(boxes, {
        ...{ x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', rx: 9 },
        fill: ({ state }: Box) => fills[state],
        stroke: ({ state }: Box) => colours[state],
        strokeWidth: 1.5,
        className: 'boxes',
      }),
      ...boxes.flatMap(boxTexts),
      ...wireTexts(wires, gap),
    ],
  }
}

function pathMark(paths: readonly Path[], state: State, isThick: boolean) {
  const points = paths.flatMap((path, i) =>
    path.state === state && path.isThick === isThick ? path.points.map(([x, y]) => ({ x, y, i })) : [],
  )
  return line(points, {
    ...{ x: 'x', y: 'y', z: 'i' },
    stroke: colours[state],
    strokeWidth: isThick ? 5 : 2,
    strokeDasharray: dashes[state],
    className: `paths-${state}`,
  })
}

function boxTexts({ x1, x2, y1, y2, title, lines }: Box) {
  // In the middle of the box, however high its neighbour makes it.
  const top = (y1 + y2) / 2 - (lines.length * 17) / 2
  const common = {
    x: (x1 + x2) / 2,
    lineWidth: (x2 - x1 - 8) / emPixels,
    textOverflow: 'ellipsis' as const,
  }
  return [
    text([title], {
      ...common,
      y: top,
      lineWidth: (x2 - x1 - 8) / boldEmPixels,
      fontWeight: 650,
      fontSize: 13,
      className: 'names',
    }),
    ...lines.map((words, i) => text([words], { ...common, y: top + 18 + i * 17, className: 'words' })),
  ]
}

function wireTexts(wires: readonly Path[], gap: number) {
  const middle = ({ points: [from, to] }: Path) => ({
    x: ((from?.[0] ?? 0) + (to?.[0] ?? 0)) / 2,
    y: from?.[1] ?? 0,
  })
  const common = {
    x: (path: Path) => middle(path).x,
    y: (path: Path) => middle(path).y,
    lineWidth: (gap - 6) / emPixels,
    textOverflow: 'ellipsis' as const,
  }
  const marked = wires.filter(({ mark }) => mark !== undefined)
  return [
    text(wires, { ...common, text: 'title', dy: -14, fontWeight: 600, className: 'wire-names' }),
    text(wires, {
      ...{ ...common, text: 'about', lineAnchor: 'top', dy: 10 },
      ...{ fill: 'var(--faint)', className: 'wire-words' },
    }),
    dot(marked, {
      ...{ x: common.x, y: common.y, r: 8, fill: 'var(--paper)' },
      stroke: ({ state }: Path) => colours[state],
      className: 'wire-marks',
    }),
    text(marked, {
      ...{ x: common.x, y: common.y, text: 'mark', fontWeight: 700 },
      fill: ({ state }: Path) => colours[state],
      className: 'wire-signs',
    }),
  ]
}
