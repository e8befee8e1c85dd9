import type { Platform } from '../core/cluster.ts'

/** Debian 12 (bookworm): heartbeat 3.0.6-13, drbd-utils 9.22 over the kernel's DRBD 8.4.11, nfs-utils 2.6.2. */
export const debian12: Platform = {
  id: 'debian-12',
  drbdDialect: '8.4',
  packages: {
    heartbeat: ['heartbeat'],
    drbd: ['drbd-utils'],
    nfs: ['nfs-kernel-server', 'nfs-common', 'rpcbind'],
    // iputils-ping by name, or apt picks inetutils-ping with other options; logrotate is only a recommendation of others.
    tools: ['gawk', 'iproute2', 'iputils-arping', 'iputils-ping', 'logrotate', 'psmisc'],
    time: ['chrony'],
    xfs: ['xfsprogs'],
  },
  paths: {
    haDir: '/etc/ha.d',
    heartbeatLibexec: '/usr/libexec/heartbeat',
    heartbeatShare: '/usr/share/heartbeat',
    drbdDir: '/etc/drbd.d',
    exportsDir: '/etc/exports.d',
    nfsConfDir: '/etc/nfs.conf.d',
    unitDir: '/etc/systemd/system',
    modulesLoadDir: '/etc/modules-load.d',
    logrotateDir: '/etc/logrotate.d',
  },
  units: {
    heartbeat: 'heartbeat.service',
    nfsServer: 'nfs-server.service',
    nfsdcld: 'nfsdcld.service',
    statd: 'rpc-statd.service',
    chrony: 'chrony.service',
    timesyncd: 'systemd-timesyncd.service',
    drbdService: 'drbd.service',
  },
  provides: {},
}
