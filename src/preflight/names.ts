import { type FileFact, file } from '../facts/file.ts'
import { blockMarkers } from '../facts/markers.ts'
import { defineCheck, type Finding, fail, notKnown, orOk, warn } from './check.ts'

/** A line of /etc/hosts (hosts(5)). */
interface HostsLine {
  readonly number: number
  readonly address: string
  readonly names: readonly string[]
}

/**
 * Both nodes' names must lead to addresses that the peer can reach. The C library takes the first
 * line of /etc/hosts that has a name, so a line above our block wins: Debian's installer writes
 * `127.0.1.1` for the machine's own name.
 */
export const names = defineCheck({
  id: 'names',
  reads: () => ({ hosts: file('/etc/hosts') }),
  look({ cluster, node }, { hosts }) {
    if (hosts.state !== 'present') return [notKnown('/etc/hosts', hosts)]
    const right = new Map<string, readonly string[]>()
    for (const { address, names } of cluster.hostsEntries)
      for (const name of names)
        right.set(name.toLowerCase(), [...(right.get(name.toLowerCase()) ?? []), address])
    for (const { name, links } of cluster.nodes) {
      const own = Object.values(links).map(({ address }) => address)
      right.set(name.toLowerCase(), [...(right.get(name.toLowerCase()) ?? []), ...own])
    }
    const findings = linesOf(hosts.value, cluster.name).flatMap((line): readonly Finding[] => {
      const wrong = line.names.filter(name => right.get(name.toLowerCase())?.includes(line.address) === false)
      if (wrong.length === 0 || line.address.includes(':')) return []
      // A wrong machine is worse than the loopback address that Debian's installer writes.
      const grade = line.address.startsWith('127.') ? warn : fail
      return [
        grade(
          `/etc/hosts line ${line.number} says that ${wrong.join(' ')} is ${line.address}`,
          `on ${node.name} remove that name: sed -i '${line.number}d' /etc/hosts takes the whole line away`,
        ),
      ]
    })
    return orOk(findings, "/etc/hosts has no wrong address for the cluster's names")
  },
})

/** The lines that are not ours: those the step `hosts` mends by itself. */
function linesOf({ content = '' }: FileFact, clusterName: string): readonly HostsLine[] {
  const { begin, end } = blockMarkers(clusterName)
  let isOurs = false
  return content.split('\n').flatMap((line, index) => {
    if (line.trim() === begin) isOurs = true
    if (line.trim() === end) isOurs = false
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    return isOurs || names.length === 0 ? [] : [{ number: index + 1, address, names }]
  })
}
