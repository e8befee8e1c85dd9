/** What goes into the image of the lab's guests. */
export interface Recipe {
  readonly suite: string
  /** In the image of nodes and clients alike. */
  readonly basePackages: readonly string[]
  /** Installed on clients only, so that the nodes stay bare. */
  readonly clientPackages: readonly string[]
  /** Not installed: with what they need, they form the guests' own package repository. A list a group that can be installed together. */
  readonly repositoryPackages: readonly (readonly string[])[]
  /** In the initrd, which does nothing but mount the root file system. */
  readonly initrdModules: readonly string[]
  /** What the kernel package must bring; a build without one of them fails. */
  readonly neededModules: readonly string[]
  readonly sizeMiB: number
}

/**
 * Debian 12. The cloud flavour of the kernel has the same DRBD, nfsd and softdog as the other and a
 * quarter of its modules; tiny-initramfs stands in for initramfs-tools, whose trigger would cost every
 * installation half a minute under emulation (both seen in the lab).
 * What a Debian server has anyway and the stack depends on (adduser to ucf) is in the image: the nodes are
 * bare of the stack, not of its libraries.
 */
export const recipe: Recipe = {
  suite: 'bookworm',
  basePackages: [
    'adduser',
    'dbus',
    'dmsetup',
    'e2fsprogs',
    'fdisk',
    'iproute2',
    'iputils-ping',
    'keyutils',
    'kmod',
    'libcurl4',
    'libglib2.0-0',
    'libsnmp40',
    'libxml2',
    'linux-image-cloud-amd64',
    'netbase',
    'openssh-server',
    'procps',
    'python3',
    'sudo',
    'systemd-sysv',
    'tiny-initramfs',
    'ucf',
    'udev',
  ],
  clientPackages: ['chrony', 'nfs-common'],
  repositoryPackages: [
    [
      'autofs',
      'chrony',
      'drbd-utils',
      'gawk',
      'heartbeat',
      'iputils-arping',
      'iputils-ping',
      'logrotate',
      'lvm2',
      'nfs-common',
      'nfs-kernel-server',
      'psmisc',
      'rpcbind',
      'sqlite3',
      'tcpdump',
      'xfsprogs',
    ],
    ['systemd-timesyncd'],
    // The tools that real nodes' links are managed by; systemd has one in it, to be installed anew.
    ['ifupdown'],
    ['network-manager'],
    ['systemd'],
  ],
  initrdModules: ['virtio_pci', 'virtio_blk'],
  neededModules: ['drbd', 'nfsd', 'softdog', 'xfs', 'dm-mod', 'virtio_net', 'virtio_console', 'qemu_fw_cfg'],
  sizeMiB: 2048,
}
