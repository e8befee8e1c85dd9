import type { MonitorSettings } from './settings.ts'

type Pace = Pick<MonitorSettings, 'intervalMs'>

/** When systemd kills a monitor that no longer feeds its watchdog: it does so every fourth look, and a look may wait for a handful of processes. */
export function monitorWatchdogMs({ intervalMs }: Pace): number {
  return Math.max(60_000, 12 * intervalMs)
}

/** How long a monitor that looks may say nothing new; well before systemd gives it up. */
export function monitorSilenceMs(pace: Pace): number {
  return monitorWatchdogMs(pace) / 2
}
