import { barX, ruleX, text } from '@observablehq/plot'
import type { DrillResult, Stretch } from '../../core/drill.ts'
import { chart, timeMargins } from '../page/chart.ts'
import type { Html } from '../page/html.ts'
import { measured, secondsTick, signed } from '../page/words.ts'
import { clipped, momentAt, stallOf } from './window.ts'

interface Bar {
  readonly lane: string
  readonly fromS: number
  readonly toS: number
  readonly fill: string
  readonly says: string
}

const nodeFills = ['var(--one)', 'var(--two)']
const bothLane = 'both'

/** Who held the group when, both nodes at once in red, and the client's stall below them. */
export function lanesChart(result: DrillResult, window: Stretch): Html {
  const bars = barsOf(result, window)
  const lanes = [...result.active.map(({ node }) => node), ...(hasBoth(result) ? [bothLane] : []), 'client']
  return chart({
    label: spoken(result),
    caption: caption(result),
    draw: room => ({
      height: 34 + lanes.length * 34,
      ...timeMargins(room),
      marginTop: 6,
      marginBottom: 28,
      x: {
        domain: [window.fromMs / 1000, window.toMs / 1000],
        label: null,
        ticks: room.isNarrow ? 4 : 10,
        tickFormat: secondsTick,
      },
      y: { domain: lanes, label: null, tickSize: 0, padding: 0.25 },
      marks: [
        ruleX(
          result.moments.filter(({ name }) => name === 'injected' || name === 'healed'),
          {
            x: ({ atMs }: { atMs: number }) => atMs / 1000,
            stroke: 'var(--faint)',
            strokeDasharray: '3,3',
            className: 'moments',
          },
        ),
        barX(bars, {
          y: 'lane',
          x1: 'fromS',
          x2: 'toS',
          fill: 'fill',
          rx: 3,
          title: 'says',
          className: 'stretches',
        }),
        text(
          bars.filter(({ fromS, toS, says }) =>
            fits(says, ((toS - fromS) * 1000 * room.width) / (window.toMs - window.fromMs)),
          ),
          {
            y: 'lane',
            x: ({ fromS, toS }: Bar) => (fromS + toS) / 2,
            text: 'says',
            fill: 'var(--paper)',
            fontWeight: 600,
            className: 'stretch-names',
          },
        ),
      ],
    }),
  })
}

/** Whether a text has room in a bar, at about 7 pixels a letter and with some air. */
function fits(says: string, pixels: number): boolean {
  return says.length * 7.2 + 10 < pixels
}

function hasBoth({ bothActive }: DrillResult): boolean {
  return bothActive.length > 0
}

function barsOf(result: DrillResult, window: Stretch): readonly Bar[] {
  const bar = (lane: string, fill: string, says: string) => (stretch: Stretch) =>
    clipped(stretch, window).map(({ fromMs, toMs }) => ({
      lane,
      fill,
      says,
      fromS: fromMs / 1000,
      toS: toMs / 1000,
    }))
  const stall = stallOf(result)
  return [
    ...result.active.flatMap(({ node, during }, i) =>
      during.flatMap(bar(node, nodeFills[i] ?? 'var(--faint)', 'active')),
    ),
    ...result.frozen.flatMap(({ node, during }) => during.flatMap(bar(node, 'var(--faint)', 'frozen'))),
    ...result.bothActive.flatMap(bar(bothLane, 'var(--bad)', 'two active')),
    ...(stall === undefined ? [] : bar('client', 'var(--stall)', `stall ${measured(stall.worstMs)}`)(stall)),
  ]
}

function caption({ active, frozen, moments }: DrillResult): string {
  const marks = moments.some(({ name }) => name === 'healed') ? 'injected and healed' : 'injected'
  const also = frozen.some(({ during }) => during.length > 0)
    ? ', when DRBD held back its writes (frozen)'
    : ''
  return `Which node held the whole group (${active.map(({ node }) => node).join(', ')})${also}, and the client's worst stall. Dashed: the fault, ${marks}; seconds count from there.`
}

function spoken(result: DrillResult): string {
  const spans = (stretches: readonly Stretch[]) =>
    stretches.map(({ fromMs, toMs }) => `from ${signed(fromMs)} to ${signed(toMs)}`).join(' and ')
  const nodes = result.active.map(
    ({ node, during }) => `${node} was active ${during.length === 0 ? 'never' : spans(during)}`,
  )
  const frozen = result.frozen.flatMap(({ node, during }) =>
    during.length === 0 ? [] : [`${node}’s writes were frozen ${spans(during)}`],
  )
  const both = hasBoth(result) ? `both at once ${spans(result.bothActive)}` : 'never both at once'
  const healed = momentAt(result, 'healed')
  return `${[...nodes, ...frozen, both].join('; ')}${healed === undefined ? '' : `; healed at ${signed(healed)}`}.`
}
