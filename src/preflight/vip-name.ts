import { addressName } from '../facts/address-name.ts'
import { defineCheck, ok, warn } from './check.ts'

/**
 * sm-notify(8) looks up the name of the VIP that it notifies from, takes the address where it has none, and
 * gives up where nobody can say (nfs-utils 2.6.2): no client of NFS 3 reclaims its locks then. The step
 * `hosts` names the VIPs; without it the node has to find out otherwise.
 */
export const vipName = defineCheck({
  id: 'vip-name',
  reads: ({ cluster: { nfs, hostsEntries, vips } }) =>
    nfs.v3 && nfs.lockRecovery && hostsEntries.length === 0
      ? Object.fromEntries(vips.map(({ address }) => [address, addressName(address)]))
      : {},
  look: ({ node }, names) =>
    Object.entries(names).map(([address, name]) => {
      if (name.state === 'present') return ok(`${address} is ${name.value}`)
      if (name.state === 'absent') return ok(`${address} is known to have no name`)
      return warn(
        `nobody can say whether ${address} has a name (${name.reason}): no client of NFS 3 would be told to reclaim its locks`,
        `on ${node.name} write a line "${address} ${address}" into /etc/hosts, or leave the file to nfsha: hosts: { manage: on }`,
      )
    }),
})
