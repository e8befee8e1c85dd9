import type { Vip } from '../core/cluster.ts'
import { present } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'

/** A VIP that this node has on an interface. */
export interface HeldVip {
  readonly address: string
  readonly nic: string
}

/** Which of the cluster's VIPs this node has, in the cluster's order, by ip-address(8). */
export function vipsHeld(vips: readonly Vip[]): Probe<readonly HeldVip[]> {
  const addresses = vips.map(vip => vip.address)
  return {
    id: `vips-held:${addresses.join(',')}`,
    script: `here=$(ip -o -4 addr show) || exit 1
while read -r _ nic _ address _; do printf '%s\\n' "$nic $address"; done <<NFSHA_HERE
$here
NFSHA_HERE`,
    parse: ({ stdout }) => {
      const here = stdout
        .trim()
        .split('\n')
        .map(line => line.split(' '))
      return present(
        addresses.flatMap(address => {
          const found = here.find(([, withPrefix]) => withPrefix?.split('/')[0] === address)
          return found?.[0] === undefined ? [] : [{ address, nic: found[0] }]
        }),
      )
    },
    deadlineMs: 60_000,
    maxBytes: 64 * 1024,
  }
}
