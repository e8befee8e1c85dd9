import { statdDirectory } from './nfs.ts'
import type { View } from './view.ts'

/* The files that any node has, whatever it serves. */

/**
 * Lines of hosts(5): an address, then its names. `notifying`: addresses that clients of NFS 3 are notified
 * from. sm-notify (nfs-utils 2.6.2) looks up the name of the address that `-v` gives, takes the address
 * itself where there is none, but gives up where no name server answers (the check `vip-name`).
 */
export const hostsView: View = ({ cluster }) => ({
  notifying: statdDirectory(cluster) === undefined ? [] : cluster.vips.map(({ address }) => address),
  entries: cluster.hostsEntries.map(({ address, names }) => ({ address, names: names.join(' ') })),
})

export const routesView: View = ({ cluster, node }) => ({
  routes: (cluster.hostRoutes[node.name] ?? []).map(({ destination, nic, source }) => ({
    destination: destination.includes('/') ? destination : `${destination}/32`,
    nic,
    source,
  })),
})

/** modules-load.d(5). nfsd so that no takeover waits for its loading; DRBD 9 has its transport apart. */
export const modulesView: View = ({ cluster }) => ({
  modules: [
    'drbd',
    ...(cluster.platform.drbdDialect === '9' ? ['drbd_transport_tcp'] : []),
    'nfsd',
    // For what is kept on the volume, in a file system of its own.
    'loop',
    ...(cluster.heartbeat.watchdog === 'softdog' ? ['softdog'] : []),
  ],
})

export const timeView: View = ({ cluster }) => ({ servers: cluster.timeSync.servers })

/** timesyncd.conf(5): servers on one line. */
export const timesyncdView: View = ({ cluster }) => ({ servers: cluster.timeSync.servers.join(' ') })
