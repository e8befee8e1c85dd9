import type { Cluster } from '../core/cluster.ts'
import type { Fact } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { type KeytabFact, keytab } from '../facts/keytab.ts'
import { netgroup } from '../facts/netgroup.ts'
import { defineCheck, fail, notKnown, ok, warn } from './check.ts'

/** Whether clients must come by Kerberos, or may; undefined where no export speaks of it. */
function kerberosOf({ exports }: Cluster): 'must' | 'may' | undefined {
  const flavours = exports.flatMap(({ clients }) =>
    clients.map(({ options }) =>
      options.flatMap(each => (each.startsWith('sec=') ? each.slice(4).split(':') : [])),
    ),
  )
  const byKerberos = flavours.filter(list => list.some(flavour => flavour.startsWith('krb5')))
  if (byKerberos.length === 0) return undefined
  return byKerberos.some(list => list.every(flavour => flavour.startsWith('krb5'))) ? 'must' : 'may'
}

const getKey =
  'on the KDC add the principal nfs/NAME, with the name by which clients mount (of the VIP, not of a node), and put its keytab on both nodes: kadmin ktadd nfs/NAME'

/** What keeps clients from coming by Kerberos, and what to do. */
function lackOf(fact: Fact<KeytabFact>, node: string): readonly [string, string] | undefined {
  if (fact.state !== 'present') return ['there is no /etc/krb5.keytab', getKey]
  if (!fact.value.hasNfs) return ['/etc/krb5.keytab has no principal nfs/NAME', getKey]
  if (fact.value.isAnswered) return undefined
  return [
    'neither rpc.svcgssd nor gssproxy is there',
    `apt-get install --reinstall nfs-kernel-server on ${node}`,
  ]
}

/** exports(5): sec=krb5, krb5i and krb5p. Both nodes need the key, since either may serve. */
export const kerberos = defineCheck({
  id: 'kerberos',
  reads: ({ cluster }): Readonly<Record<string, Probe<KeytabFact>>> =>
    kerberosOf(cluster) === undefined ? {} : { keytab },
  look: ({ cluster, node }, facts) =>
    Object.values(facts).map(fact => {
      if (fact.state === 'unknown') return notKnown('/etc/krb5.keytab', fact)
      const lack = lackOf(fact, node.name)
      if (lack === undefined) return ok('/etc/krb5.keytab has a principal nfs/NAME')
      const [what, fix] = lack
      const grade = kerberosOf(cluster) === 'must' ? fail : warn
      return grade(`${what}, so no client could mount by sec=krb5 from ${node.name}`, fix)
    }),
})

/** rpc.mountd asks for each client of a netgroup whether it is in it; one that nobody knows has none. */
export const netgroups = defineCheck({
  id: 'netgroups',
  reads: ({ cluster }) =>
    Object.fromEntries(
      cluster.exports
        .flatMap(({ clients }) => clients.map(({ match }) => match))
        .filter(match => match.startsWith('@'))
        .map(match => [match, netgroup(match.slice(1))]),
    ),
  look: ({ node }, groups) =>
    Object.entries(groups).map(([name, known]) => {
      if (known.state === 'present') return ok(`${name} is a netgroup`)
      if (known.state === 'unknown') return notKnown(`the netgroup ${name}`, known)
      return fail(
        `${node.name} knows no netgroup ${name}, so none of its clients could mount from there`,
        `make it known on both nodes (nsswitch.conf(5), netgroup), or write the network instead of ${name}`,
      )
    }),
})
