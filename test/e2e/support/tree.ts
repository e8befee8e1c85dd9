import { ask, type GuestName, nodes } from './hosts.ts'

/*
 * What of a node must be as it was after a refusal: files, links, modes and owners of the
 * configuration and of our state, addresses and routes, and the data disks' signatures and edges.
 * Left out, because the system itself writes there: the resolver's, clock's and login records,
 * and the run summaries are of runs that did something, so they stay in.
 */
const treeScript = `
for path in /etc /usr/local /lib/systemd/system /var/lib/nfsha /var/lib/heartbeat /root; do
  [ -e "$path" ] || continue
  find "$path" -xdev \\( -name '*.pid' -o -path /etc/resolv.conf -o -path /etc/adjtime -o -path /etc/mtab -o -path '/root/.*' \\) -prune -o -printf '%p %y %m %U:%G %l\\n'
  find "$path" -xdev -type f ! -path /etc/adjtime ! -path '/root/.*' -exec sha256sum {} +
done | sort
ip -o -4 addr show | awk '{print $2, $4}' | sort
ip -4 route show | sort
for disk in /dev/vd[b-z]; do
  [ -b "$disk" ] || continue
  wipefs -n "$disk"
  head -c 1048576 "$disk" | sha256sum
  tail -c 1048576 "$disk" | sha256sum
done
cat /proc/drbd 2>/dev/null | grep cs:
dpkg-query -W | sha256sum
systemctl list-unit-files --no-legend --state=enabled | sort
`

/** A node's tree as text, one thing a line. */
export function treeOf(node: GuestName): Promise<string> {
  return ask(node, treeScript)
}

/** Both nodes' trees, to be compared before and after. */
export async function trees(): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(await Promise.all(nodes.map(async node => [node, await treeOf(node)] as const)))
}
