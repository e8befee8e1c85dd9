import { InvalidArgumentError } from 'commander'

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A span of time as an option says it, in milliseconds: `30`, `30s`, `5m`, `1h`, `2d`; at least a second. */
export function spanMs(text: string): number {
  const [, value, unit = 's'] = /^(\d{1,6})([smhd])?$/.exec(text) ?? []
  const ms = Number(value) * (units[unit] ?? Number.NaN)
  if (!(ms >= 1000)) throw new InvalidArgumentError('give a span such as 30s, 5m, 1h or 2d.')
  return ms
}
