import type { Vip } from '../core/cluster.ts'
import { type Fact, present, unknown } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'

/** Who answers at a VIP, as one node sees it. */
export interface VipUser {
  /** `nobody`: no echo came back. `here`, `peer`: a node of this cluster. `other`: neither, at a second look too. */
  readonly by: 'nobody' | 'here' | 'peer' | 'other'
  /** The link-layer address of `other`; missing where it is not on a link of this node. */
  readonly mac?: string
}

/** Between two looks: a group that is being started anew, or moves, has its address on a node again. */
const pauseSeconds = 3

/**
 * Who has a VIP: by an echo request, and by the address that ARP learnt for it, against that of the
 * peer's own address on the link (ip-neighbour(8)). What is neither is looked at twice.
 */
export function vipUser({ address }: Vip, peerAddress: string): Probe<VipUser> {
  return {
    id: `vip-user:${address}:${peerAddress}`,
    script: `command -v ping >/dev/null || { echo 'ping is not installed'; exit 1; }
asks() { ping -n -q -c 1 -W 2 "$1" >/dev/null 2>&1; }
mac() { ip -4 neigh show to "$1" | sed -n 's/.* lladdr \\([^ ]*\\).*/\\1/p' | head -n 1; }
look() {
  case $(ip -o -4 addr show) in *' ${address}/'*) echo here; exit 0 ;; esac
  asks ${address} || { echo nobody; exit 0; }
  user=$(mac ${address})
  asks ${quote(peerAddress)}
  [ -z "$user" ] || [ "$user" != "$(mac ${quote(peerAddress)})" ] || { echo peer; exit 0; }
}
look
sleep ${pauseSeconds}
look
echo "other $user"`,
    parse: ({ stdout }) => parseUser(stdout),
    deadlineMs: 60_000,
    maxBytes: 1024,
  }
}

function parseUser(stdout: string): Fact<VipUser> {
  const [by = '', mac = ''] = stdout.trim().split(' ')
  if (by === 'nobody' || by === 'here' || by === 'peer') return present({ by })
  if (by !== 'other') return unknown('who has the address is not understood')
  return present({ by, ...(mac !== '' && { mac }) })
}
