/** A file that the image gets; `mode` in octal. */
export interface ImageFile {
  readonly path: string
  readonly mode: string
  readonly content: string
}

/** Where the guests' own package repository lies in the image. */
export const repositoryPath = '/srv/packages'

/** The fw_cfg item that carries a machine's set-up script; QEMU's docs/specs/fw_cfg: user items begin with opt/. */
export const setupItem = 'opt/nfsha/setup'

const setupUnit = `[Unit]
Description=Name, addresses and keys of this lab machine, from its QEMU process
DefaultDependencies=no
Before=systemd-udev-trigger.service sysinit.target ssh.service
RequiresMountsFor=/run

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/nfsha-lab-setup

[Install]
WantedBy=sysinit.target
`

/** Virtual machines get their set-up from outside, so that one image serves every inventory. */
const setupScript = `#!/bin/sh
set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
modprobe -a qemu_fw_cfg virtio_net
exec sh /sys/firmware/qemu_fw_cfg/by_name/${setupItem}/raw
`

const sshdConfig = `PermitRootLogin prohibit-password
PasswordAuthentication no
UseDNS no
MaxStartups 100
MaxSessions 100
`

/** Its password is its name: sshd takes keys only, and the guests are reached from loopback alone. */
const sudoers = `admin ALL=(ALL:ALL) NOPASSWD: ALL
operator ALL=(ALL:ALL) ALL
`

/** Waits for Enter, so that a console nobody looks at costs a boot nothing. */
const consoleUnit = `[Service]
ExecStart=
ExecStart=-/sbin/agetty --autologin root --wait-cr --noclear --keep-baud 115200,57600,38400,9600 - $TERM
`

const repositorySource = `Types: deb
URIs: file:${repositoryPath}
Suites: ./
Trusted: yes
`

const chronyServer = `local stratum 8
allow
makestep 1 -1
`

/** Files of nodes and clients alike. */
export const imageFiles: readonly ImageFile[] = [
  { path: '/etc/systemd/system/nfsha-lab-setup.service', mode: '0644', content: setupUnit },
  { path: '/usr/local/sbin/nfsha-lab-setup', mode: '0755', content: setupScript },
  { path: '/etc/ssh/sshd_config.d/nfsha-lab.conf', mode: '0644', content: sshdConfig },
  { path: '/etc/sudoers.d/nfsha-lab', mode: '0440', content: sudoers },
  {
    path: '/etc/systemd/system/serial-getty@ttyS0.service.d/nfsha-lab.conf',
    mode: '0644',
    content: consoleUnit,
  },
  { path: '/etc/apt/sources.list.d/nfsha-lab.sources', mode: '0644', content: repositorySource },
  { path: '/etc/apt/apt.conf.d/90nfsha-lab', mode: '0644', content: 'Acquire::Languages "none";\n' },
]

/** Files of clients only, which serve the time. */
export const clientFiles: readonly ImageFile[] = [
  { path: '/etc/chrony/conf.d/nfsha-lab.conf', mode: '0644', content: chronyServer },
]

/** What a lab guest has no use for and would wait for at each boot: measured with systemd-analyze. */
export const maskedUnits: readonly string[] = [
  'apt-daily-upgrade.timer',
  'apt-daily.timer',
  'dev-hugepages.mount',
  'dev-mqueue.mount',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'getty@tty1.service',
  'modprobe@configfs.service',
  'modprobe@drm.service',
  'modprobe@efi_pstore.service',
  'modprobe@fuse.service',
  'proc-sys-fs-binfmt_misc.automount',
  'sys-fs-fuse-connections.mount',
  'sys-kernel-debug.mount',
  'sys-kernel-tracing.mount',
  'systemd-binfmt.service',
  'systemd-fsck-root.service',
  'systemd-hwdb-update.service',
  'systemd-logind.service',
  'systemd-machine-id-commit.service',
  'systemd-pstore.service',
  'systemd-random-seed.service',
  'systemd-remount-fs.service',
  'systemd-tmpfiles-clean.timer',
  'systemd-update-utmp-runlevel.service',
  'systemd-update-utmp.service',
]

/** systemd runs all generators at each boot and at each `daemon-reload`, a dozen of them in an installation. */
export const maskedGenerators: readonly string[] = [
  'systemd-bless-boot-generator',
  'systemd-cryptsetup-generator',
  'systemd-debug-generator',
  'systemd-gpt-auto-generator',
  'systemd-hibernate-resume-generator',
  'systemd-integritysetup-generator',
  'systemd-rc-local-generator',
  'systemd-run-generator',
  'systemd-system-update-generator',
  'systemd-veritysetup-generator',
]
