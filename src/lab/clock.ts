import { NfshaError } from '../core/error.ts'
import { inGuest } from './guest.ts'
import type { LabPaths } from './instance.ts'
import type { LabSpec } from './spec.ts'

/**
 * Takes the time from the machine's own clock chip, which QEMU keeps at the host's time: exact to its
 * tick, however long SSH took.
 */
const script = `rtc=/sys/class/rtc/rtc0/since_epoch
before=$(cat $rtc)
until now=$(cat $rtc) && [ "$now" != "$before" ]; do :; done
date -u -s "@$now" > /dev/null
`

/** Sets the clocks of all machines: after a restore they are where the snapshot left them. */
export async function setClocks(paths: LabPaths, spec: LabSpec): Promise<void> {
  const results = await Promise.all(spec.machines.map(machine => inGuest(paths, machine, script, 300_000)))
  results.forEach((result, at) => {
    if (result.code !== 0)
      throw new NfshaError(
        'failed',
        `the clock of ${spec.machines[at]?.name} could not be set: ${result.stderr.trim()}`,
        'see `nfsha lab status`',
      )
  })
}
