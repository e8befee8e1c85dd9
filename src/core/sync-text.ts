/** How far a resync is, as DRBD tells it. */
interface SyncProgress {
  readonly percent: number
  readonly kibPerSecond?: number
  /** `h:mm:ss`. */
  readonly finish?: string
}

/** `34.5 %, 11.2 MiB/s, 0:01:20 left`. */
export function syncText({ percent, kibPerSecond, finish }: SyncProgress): string {
  const speed = kibPerSecond === undefined ? '' : `, ${(kibPerSecond / 1024).toFixed(1)} MiB/s`
  return `${percent} %${speed}${finish === undefined ? '' : `, ${finish} left`}`
}
