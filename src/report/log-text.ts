import type { LogLine } from '../core/log-line.ts'
import { durationText } from './duration.ts'
import type { Paint, Style } from './paint.ts'

const styles: readonly Style[] = ['link', 'good']

/** Lines of several hosts, the hosts' names in columns and colours of their own, errors in red. */
export function logText(lines: readonly LogLine[], hosts: readonly string[], paint: Paint): string {
  const width = Math.max(0, ...hosts.map(name => name.length))
  return lines
    .map(({ atMs, host, source, program, priority, text }) => {
      const stamp = paint('faint', stampOf(new Date(atMs)))
      const name = paint(styles[hosts.indexOf(host) % styles.length] ?? 'link', host.padEnd(width))
      const who = source === 'kernel' ? 'kernel' : `${program}${source === 'ha-log' ? ' (ha-log)' : ''}`
      return `${stamp} ${name} ${who}: ${priority <= 3 ? paint('bad', text) : text}`
    })
    .join('\n')
}

/** How a host's clock stands, for the notes. */
export function clockText(host: string, offsetMs: number, uncertaintyMs: number): string {
  const size = durationText(Math.abs(offsetMs))
  const way = offsetMs < 0 ? 'behind' : 'ahead of'
  return `${host}: its clock is ${size} ${way} this one (± ${durationText(uncertaintyMs)}); its lines are moved by that`
}

/** `2026-11-20 15:30:00.123`, local time. */
function stampOf(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`
}
