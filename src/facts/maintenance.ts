import { present } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'

/** The kernel's name of this boot (proc(5), random(4)): another after each boot. */
export const bootId: Probe<string> = Object.freeze<Probe<string>>({
  id: 'boot-id',
  script: 'cat /proc/sys/kernel/random/boot_id',
  parse: ({ stdout }) => present(stdout.trim()),
  deadlineMs: 60_000,
  maxBytes: 100,
})

/** Whether the node has booted since the boot of this name. */
export function bootedSince(boot: string): Probe<boolean> {
  return { ...bootId, id: `booted-since:${boot}`, parse: ({ stdout }) => present(stdout.trim() !== boot) }
}

/** Where an upgrade notes for which maintenance it was made. */
export const upgradeRecord = '/var/lib/nfsha/upgraded'

/** Whether the packages were upgraded in the maintenance of this name. */
export function upgradedIn(maintenance: string): Probe<boolean> {
  return {
    id: `upgraded-in:${maintenance}`,
    script: `[ "$(cat ${upgradeRecord} 2>/dev/null)" = ${quote(maintenance)} ] && echo yes || echo no`,
    parse: ({ stdout }) => present(stdout.trim() === 'yes'),
    deadlineMs: 60_000,
    maxBytes: 100,
  }
}

/**
 * The name of a maintenance: the boot that it began in, as the marker of the held node has it. A marker
 * without one is of somebody who holds the node for reasons of his own.
 */
export function maintenanceOf(marker: string): string | undefined {
  return /\(boot ([0-9a-f]{8}-[0-9a-f-]{27})\b/.exec(marker)?.[1]
}
