import type { PackageProvides, Platform } from '../core/platform.ts'

function brings(parts: Partial<PackageProvides>): PackageProvides {
  return { files: [], unitsEnabled: [], unitsDisabled: [], users: [], commands: [], ...parts }
}

/** Debian 12 (bookworm): heartbeat 3.0.6-13, drbd-utils 9.22 over the kernel's DRBD 8.4.11, nfs-utils 2.6.2. */
export const debian12: Platform = {
  id: 'debian-12',
  drbdDialect: '8.4',
  packages: {
    heartbeat: ['heartbeat'],
    drbd: ['drbd-utils'],
    nfs: ['nfs-kernel-server', 'nfs-common', 'rpcbind'],
    // Puts clients of NFS 4.0 into nfsdcld's database.
    nfs40: ['sqlite3'],
    // iputils-ping by name, or apt picks inetutils-ping with other options; logrotate is only a recommendation of others.
    tools: ['gawk', 'iproute2', 'iputils-arping', 'iputils-ping', 'logrotate', 'psmisc'],
    time: ['chrony'],
    xfs: ['xfsprogs'],
    webhook: ['curl'],
  },
  stonithPackages: {
    'external/ipmi': ['ipmitool'],
    'external/libvirt': ['libvirt-clients'],
    'external/nut': ['nut-client'],
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
    stonithDir: '/usr/lib/stonith/plugins/external',
  },
  units: {
    heartbeat: 'heartbeat.service',
    nfsServer: 'nfs-server.service',
    mountd: 'nfs-mountd.service',
    nfsdcld: 'nfsdcld.service',
    statd: 'rpc-statd.service',
    rpcbind: 'rpcbind.service',
    rpcbindSocket: 'rpcbind.socket',
    chrony: 'chrony.service',
    timesyncd: 'systemd-timesyncd.service',
    drbdService: 'drbd.service',
  },
  provides: {
    'drbd-utils': brings({
      files: ['/etc/drbd.d/global_common.conf'],
      unitsDisabled: ['drbd.service'],
      commands: ['drbdadm', 'drbdmeta', 'drbdsetup'],
    }),
    heartbeat: brings({
      files: ['/etc/logrotate.d/heartbeat'],
      unitsEnabled: ['heartbeat.service'],
      users: ['hacluster'],
      commands: ['cl_status'],
    }),
    'nfs-kernel-server': brings({
      unitsEnabled: ['nfs-blkmap.service', 'nfs-server.service'],
      unitsDisabled: ['nfs-mountd.service', 'nfsdcld.service'],
      commands: ['exportfs', 'nfsdcld', 'rpc.mountd', 'rpc.nfsd'],
    }),
    'nfs-common': brings({
      unitsEnabled: ['nfs-client.target'],
      unitsDisabled: ['nfs-idmapd.service', 'nfs-utils.service', 'rpc-statd.service'],
      users: ['statd'],
      commands: ['nfsconf', 'rpc.statd', 'sm-notify'],
    }),
    rpcbind: brings({
      unitsEnabled: ['rpcbind.service', 'rpcbind.socket'],
      users: ['_rpc'],
      commands: ['rpcinfo'],
    }),
    chrony: brings({
      unitsEnabled: ['chrony.service'],
      users: ['_chrony'],
      commands: ['chronyc', 'chronyd'],
    }),
    'systemd-timesyncd': brings({ unitsEnabled: ['systemd-timesyncd.service'], users: ['systemd-timesync'] }),
    logrotate: brings({ unitsEnabled: ['logrotate.timer'], commands: ['logrotate'] }),
    xfsprogs: brings({ commands: ['mkfs.xfs', 'xfs_admin'] }),
    iproute2: brings({ commands: ['ip', 'ss'] }),
    'iputils-arping': brings({ commands: ['arping'] }),
    'iputils-ping': brings({ commands: ['ping'] }),
    psmisc: brings({ commands: ['fuser'] }),
    curl: brings({ commands: ['curl'] }),
    sqlite3: brings({ commands: ['sqlite3'] }),
  },
}
