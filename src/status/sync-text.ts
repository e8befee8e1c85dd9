import type { DrbdProgress } from '../facts/drbd-state.ts'

/** `34.5 %, 11.2 MiB/s, 0:01:20 left`. */
export function syncText({ percent, kibPerSecond, finish }: DrbdProgress): string {
  const speed = kibPerSecond === undefined ? '' : `, ${(kibPerSecond / 1024).toFixed(1)} MiB/s`
  return `${percent} %${speed}${finish === undefined ? '' : `, ${finish} left`}`
}
