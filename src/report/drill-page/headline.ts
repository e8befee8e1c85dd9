import type { DrillResult } from '../../core/drill.ts'
import { durationText } from '../duration.ts'
import type { Figure, Tone } from '../page/document.ts'
import { count, countOrUnknown, faultTitle, measured, plural, seriesName, signed } from '../page/words.ts'
import { missOf, missText } from './miss.ts'
import { momentAt, stallOf } from './window.ts'

/** The drill in one sentence: what was done, what the client noticed, what became of its data. */
export function headline(result: DrillResult): string {
  const stall = stallOf(result)
  const noticed = stall === undefined ? 'no client worked' : `writes stalled for ${measured(stall.worstMs)}`
  return `${faultTitle(result.fault)}: ${noticed}, ${lossText(result)}${result.bothActive.length > 0 ? ', two nodes were active at once' : ''}`
}

function lossText({ writes: { acknowledged, lost, corrupt } }: DrillResult): string {
  if (lost === 'unknown') return 'what became of the data is not known'
  if (lost > 0) return `${count(lost)} of ${count(acknowledged)} acknowledged writes were lost`
  if (corrupt > 0) return `${plural(corrupt, 'record')} came back wrong`
  return 'nothing was lost'
}

/** The figures that decide, largest question first. */
export function headlineFigures(result: DrillResult): readonly Figure[] {
  return [
    ...stallFigure(result),
    writesFigure(result),
    activeFigure(result),
    ...lockFigure(result),
    ...copyFigure(result),
    ...resumeFigure(result),
  ]
}

function stallFigure(result: DrillResult): readonly Figure[] {
  const stall = stallOf(result)
  if (stall === undefined) return []
  const miss = missOf(result)
  const about =
    miss === undefined ? seriesName(stall.series) : `${seriesName(stall.series)}, ${missText(miss)}`
  return [{ name: 'Worst stall of a write', value: measured(stall.worstMs), about, tone: 'plain' }]
}

function writesFigure({ writes: { acknowledged, lost, corrupt, duplicated, gap } }: DrillResult): Figure {
  const also = [
    ...(corrupt > 0 ? [`${count(corrupt)} corrupt`] : []),
    ...(duplicated > 0 ? [`${count(duplicated)} twice`] : []),
    ...(gap === undefined ? [] : [`records ${count(gap[0])} to ${count(gap[1])}`]),
  ]
  return {
    name: 'Acknowledged writes lost',
    value: countOrUnknown(lost),
    about: [`of ${count(acknowledged)}`, ...also].join(', '),
    tone: lost === 0 && corrupt === 0 ? 'good' : 'bad',
  }
}

function activeFigure({ bothActive }: DrillResult): Figure {
  const totalMs = bothActive.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  return {
    name: 'Two nodes active at once',
    value: totalMs > 0 ? measured(totalMs) : 'never',
    ...(totalMs > 0 && {
      about: `from ${bothActive.map(({ fromMs }) => signed(fromMs)).join(' and ')} on`,
    }),
    tone: totalMs > 0 ? 'bad' : 'good',
  }
}

function lockFigure({ locks }: DrillResult): readonly Figure[] {
  const held = locks.filter(({ result }) => result !== 'not-held')
  if (held.length === 0) return []
  const worst = (['lost', 'unknown'] as const).find(each => held.some(({ result }) => result === each))
  const tone: Tone = worst === undefined ? 'good' : 'bad'
  return [
    {
      name: 'File locks',
      value: worst ?? 'kept',
      about: held.map(({ nfsVersion, result }) => `v${nfsVersion} ${result}`).join(', '),
      tone,
    },
  ]
}

/** How long another fault could have taken the data away. */
function copyFigure({ oneCopy }: DrillResult): readonly Figure[] {
  if (oneCopy === undefined) return []
  const { fromMs, toMs, hasEnded } = oneCopy
  return [
    {
      name: 'With one copy of the data',
      value: durationText(toMs - fromMs),
      about: hasEnded
        ? `from ${signed(fromMs)} on, the resync included`
        : `from ${signed(fromMs)} on, and still at the end`,
      tone: hasEnded ? 'plain' : 'bad',
    },
  ]
}

/** From the VIP's first answer to the first acknowledged operation: what the grace period and back-offs cost. */
function resumeFigure(result: DrillResult): readonly Figure[] {
  const [seen, first] = [momentAt(result, 'vip-seen'), momentAt(result, 'first-acknowledged')]
  if (seen === undefined || first === undefined || first < seen) return []
  return [
    {
      name: 'From VIP to first operation',
      value: measured(first - seen),
      about: 'until one was acknowledged',
      tone: 'plain',
    },
  ]
}
