import type { FailoverStatus } from '../status/status.ts'
import { durationText } from './duration.ts'
import { rangeText } from './failover.ts'

const kinds = { planned: 'planned', failover: 'not planned', unknown: '' }

/** The last takeover in a line: what clients waited, whether that was predicted, and each side's part of it. */
export function takeoverText({ node, agoMs, kind, tookMs, move }: FailoverStatus): string {
  const more = [
    kinds[kind],
    ...(tookMs === undefined ? [] : [`the group started in ${durationText(tookMs)}`]),
    ...(move === undefined ? [] : [gaveUp(move), waited(move)]),
  ].filter(text => text !== '')
  return `${node} took over ${durationText(agoMs)} ago${more.length === 0 ? '' : ` (${more.join('; ')})`}`
}

/** Whether clients waited longer than was predicted for the last move. */
export function hasMissed({ move }: FailoverStatus): boolean {
  return move !== undefined && move.waitedMs > move.predicted[1] * 1000
}

function gaveUp({ gaveUpMs, longest }: NonNullable<FailoverStatus['move']>): string {
  const part = longest === undefined ? '' : `, ${durationText(longest.tookMs)} of them for ${longest.part}`
  return `the other node gave it up in ${durationText(gaveUpMs)}${part}`
}

function waited({ waitedMs, predicted }: NonNullable<FailoverStatus['move']>): string {
  const isOver = waitedMs > predicted[1] * 1000
  return `clients waited about ${durationText(waitedMs)}, ${isOver ? 'more than' : 'with'} the ${rangeText(predicted)} predicted`
}
