import type { MomentName, OperationSeries } from '../../core/drill.ts'

/** A measured duration, to three digits: `45 ms`, `0.45 s`, `5.05 s`, `10.8 s`, `116 s`. */
export function measured(ms: number): string {
  if (Math.abs(ms) < 99.5) return `${Math.round(ms)} ms`
  if (Math.abs(ms) < 9_995) return `${(ms / 1000).toFixed(2)} s`
  if (Math.abs(ms) < 99_950) return `${(ms / 1000).toFixed(1)} s`
  return `${Math.round(ms / 1000)} s`
}

/** From the least to the greatest: `4.80–5.60 s`, or one value where they look the same. */
export function measuredRange(minMs: number, maxMs: number): string {
  const [min, max] = [measured(minMs), measured(maxMs)]
  if (min === max) return min
  const [value, unit] = min.split(' ')
  return max.endsWith(` ${unit}`) ? `${value}–${max}` : `${min}–${max}`
}

/** A moment's distance from the fault: `+5.2 s`, `−0.4 s`. */
export function signed(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${(Math.abs(ms) / 1000).toFixed(Math.abs(ms) < 10_000 ? 2 : 1)} s`
}

/** A tick of an axis of seconds. */
export function secondsTick(seconds: number): string {
  return `${String(seconds).replace('-', '−')} s`
}

/** 1234 as `1 234`, with a space that does not break. */
export function count(value: number): string {
  return String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, '\u{202f}')
}

/** The same, of what may not be known. */
export function countOrUnknown(value: number | 'unknown'): string {
  return value === 'unknown' ? value : count(value)
}

/** `1 write`, `2 writes`. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`
}

/** A fault's name as a title: `power-cut` is "Power cut", `a+b-c` is "A + b c". */
export function faultTitle(fault: string): string {
  const words = fault
    .split('+')
    .map(part => part.replaceAll('-', ' ').replace(/\b(nic|vip|nfs)\b/g, word => word.toUpperCase()))
    .join(' + ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export function seriesName({ kind, nfsVersion }: Pick<OperationSeries, 'kind' | 'nfsVersion'>): string {
  return `${kind} v${nfsVersion}`
}

/** What happens at a moment, as a row's name. */
export const momentTitles: Readonly<Record<MomentName, string>> = {
  injected: 'fault injected',
  detected: 'fault detected',
  released: 'group released',
  promoted: 'DRBD promoted',
  mounted: 'file system mounted',
  'nfs-up': 'NFS server up',
  'vip-up': 'VIP up',
  'vip-seen': 'VIP answers the client',
  'grace-began': 'grace period began',
  'grace-ended': 'grace period ended',
  'first-acknowledged': 'first operation acknowledged',
  healed: 'fault healed',
  redundant: 'redundant again',
}

/** What each operation kind does, for the table. */
export const kindTitles: Readonly<Record<OperationSeries['kind'], string>> = {
  append: 'write and fsync a record',
  create: 'create a file',
  rename: 'rename a file',
  unlink: 'remove a file',
  read: 'read past the cache',
  lock: 'write under a lock held across the fault',
  yardstick: 'write 10 MB to a new file, then stat',
}
