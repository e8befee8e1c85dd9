import type { Cluster, Export, ExportClient } from '../core/cluster.ts'
import { eachClient } from './lint-exports.ts'
import type { Hit, LintRule } from './lint-rule.ts'
import { contains, networkOf } from './text.ts'
import { addressesOf } from './text-exports.ts'

type Message = Omit<Hit, 'path'>

/** A network, as exports(5) matches it before any name: with a mask, even of 32 bits. */
function networkFor({ match }: ExportClient) {
  return match.includes('/') ? addressesOf(match) : undefined
}

function sameOptions(one: ExportClient, other: ExportClient): boolean {
  return [...one.options].sort().join() === [...other.options].sort().join()
}

/** The network before this one in the list that takes its clients away from it, to other options. */
function shadowOf(client: ExportClient, { clients }: Export): ExportClient | undefined {
  const own = networkFor(client)
  if (own === undefined) return undefined
  return clients.slice(0, clients.indexOf(client)).find(earlier => {
    const network = networkFor(earlier)
    const covers = network !== undefined && network.prefix <= own.prefix && contains(network, own.address)
    return covers && !sameOptions(earlier, client)
  })
}

/** What mountd must ask others for to know who a client is. */
function askedFor({ match }: ExportClient, { hostsEntries }: Cluster): Message | undefined {
  if (match === '*' || addressesOf(match) !== undefined) return undefined
  if (match.startsWith('@'))
    return {
      message: `the netgroup ${match} is looked up for each client that mounts`,
      fix: 'write the network or the addresses; else `nfsha check` tells whether both nodes know the netgroup',
    }
  if (/[*?[]/.test(match))
    return {
      message: `for ${match} the name of each client that mounts is asked of name servers`,
      fix: 'write the network with its prefix, as 192.168.0.0/24',
    }
  const isKnown = hostsEntries.some(({ names }) =>
    names.some(name => name.toLowerCase() === match.toLowerCase()),
  )
  if (isKnown) return undefined
  return {
    message: `the address of ${match} is asked of name servers`,
    fix: 'write the address, or give the name one below `hosts: { extra: [{ address, names }] }`',
  }
}

/** Rules over who may mount: exports(5), "Machine Name Formats". */
export const exportClientRules: readonly LintRule[] = [
  {
    id: 'export-host-bits',
    severity: 'warning',
    title: "a network is written by its network's address",
    reason: 'an address with a prefix is the whole network, not that machine',
    explanation:
      'exports(5) compares only the bits of the mask: 192.168.0.77/24 lets in all 254 machines of 192.168.0.0/24. Whoever copied it from `ip address` often means one machine, and that is the address without a prefix.',
    check: cluster =>
      eachClient(cluster, (path, { match }) => {
        const own = addressesOf(match)
        const network = own === undefined ? undefined : networkOf(own)
        if (own === undefined || own.address === network) return []
        return [
          {
            message: `${path} is exported to ${match}, which is all of ${network}/${own.prefix}`,
            fix: `write ${network}/${own.prefix}, or ${own.address} for that machine alone`,
          },
        ]
      }),
  },
  {
    id: 'export-client-shadowed',
    severity: 'error',
    title: 'each client has its own options',
    reason: 'of two networks that hold an address the first in the list counts, and its options alone',
    explanation:
      'exports(5): "if a client matches more than one of the same type of specification, then the first match from the order they appear on the export line takes precedence". A network within one that stands before it is never asked: what it may do more, it may not, and what it may do less, it may. Single addresses (without a prefix) come before all networks.',
    check: cluster =>
      eachClient(cluster, (path, client, exported) => {
        const shadow = shadowOf(client, exported)
        if (shadow === undefined) return []
        return [
          {
            message: `the options of ${client.match} for ${path} never count: ${shadow.match} before it holds the same addresses`,
            fix: `put ${client.match} before ${shadow.match}`,
          },
        ]
      }),
  },
  {
    id: 'export-client-name',
    severity: 'warning',
    title: 'who may mount is known without name servers',
    reason: 'while no name server answers, a takeover waits for it, and clients wait for the takeover',
    explanation:
      'exportfs(8) looks up each host name when the exports are read, which every takeover does, and rpc.mountd asks for the name of each client where there is a wildcard or a netgroup. A name server that does not answer costs seconds a question, and often it fails together with what made the takeover necessary. Addresses, networks and names in /etc/hosts need nobody. `nfsha rehearse` tries it on the nodes.',
    check: cluster =>
      eachClient(cluster, (path, client) => {
        const asked = askedFor(client, cluster)
        return asked === undefined ? [] : [{ ...asked, message: `${path}: ${asked.message}` }]
      }),
  },
]
