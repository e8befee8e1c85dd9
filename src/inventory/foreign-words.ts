/* Words of ha.cf, drbd.conf and their like, which the articles use: where what they say stands in the inventory. */

interface Foreign {
  /** The file that the word is of. */
  readonly of: string
  /** Where it stands here. */
  readonly place: string
}

const leftOut = 'leave it out: nfsha writes it as it is needed'
const ownDefault = 'leave it out: the default of the program stays'

const ofHaCf: Readonly<Record<string, string>> = {
  bcast: 'say it of the link: `links: { em2: { for: [heartbeat], medium: bcast } }`',
  ucast: "name the link: `links: { em2: [heartbeat] }`; ucast is the default, to the nodes' addresses on it",
  mcast:
    'say it of the link: `links: { em2: { for: [heartbeat], medium: mcast } }`, with settings of its own `{ kind: mcast, group, port, ttl, loop }`',
  baud: 'say it of the line: `heartbeat: { serial: { device: /dev/ttyS0, baud: 19200 } }`',
  ping_group: 'write a list in the list: `heartbeat: { ping: [[192.168.0.1, 192.168.0.2]] }`',
  nice_failback: 'write `heartbeat: { auto_failback: off }`, the default, for what nice_failback on was',
  respawn:
    'leave it out: ipfail comes with `heartbeat: { ping: […] }`, dopd with `fencing: { mode: … }`; other programs are for systemd',
  apiauth: leftOut,
  authkeys: 'write `secrets: { authkey: … }`, and the method as `heartbeat: { auth: sha1 }`',
  stonith: 'write `fencing: { mode: stonith, devices: { NODE: { plugin, params } } }`',
  stonith_host: 'write `fencing: { mode: stonith, devices: { NODE: { plugin, params } } }`',
  logfile: 'leave it out: it is /var/log/ha-log, and rotated',
  debugfile: 'leave it out: it is /var/log/ha-debug, and rotated',
  use_logd: leftOut,
  autojoin: leftOut,
  debug: ownDefault,
  compression: ownDefault,
  traditional_compression: ownDefault,
  coredumps: ownDefault,
  hopfudge: ownDefault,
  hbgenmethod: ownDefault,
  memreserve: ownDefault,
  msgfmt: ownDefault,
  realtime: ownDefault,
  rtprio: ownDefault,
  uuidfrom: ownDefault,
}

const ofHaresources: Readonly<Record<string, string>> = {
  IPaddr: 'write the address below `vips: [192.168.0.219]`',
  IPaddr2: 'write the address below `vips: [192.168.0.219]`',
  drbddisk: 'name the resource below `volumes: { data: { disk, mount } }`',
  Filesystem: 'write mount point and options below `volumes: { data: { disk, mount, mount-options } }`',
}

const sections = 'write the options themselves below `drbd: { timeout: 2.5s, … }`: it has no sections'
const nobodyWaits = 'leave it out: drbd.service stays off, and nobody waits for the peer at boot'

const ofDrbdConf: Readonly<Record<string, string>> = {
  resource: 'name it below `volumes: { data: { disk, mount } }`',
  device: 'write its minor: `volumes: { data: { minor: 1 } }` for /dev/drbd1',
  net: sections,
  startup: sections,
  handlers: leftOut,
  common: sections,
  global: sections,
  syncer: 'write `drbd: { resync-rate: 100M }`',
  rate: 'write `drbd: { resync-rate: 100M }`',
  'shared-secret': 'write a reference: `secrets: { drbd: … }`',
  'no-disk-flushes': 'write `drbd: { disk-flushes: off }`',
  'no-md-flushes': 'write `drbd: { md-flushes: off }`',
  'disk-barrier': ownDefault,
  'no-disk-barrier': ownDefault,
  'disk-drain': ownDefault,
  'no-disk-drain': ownDefault,
  'wfc-timeout': nobodyWaits,
  'degr-wfc-timeout': nobodyWaits,
  'outdated-wfc-timeout': nobodyWaits,
  'usage-count': 'leave it out: it is no',
  'data-integrity-alg': 'leave it out: it is for trials, and takes buffers that change meanwhile for errors',
  'csums-alg': ownDefault,
  'rcvbuf-size': ownDefault,
  'unplug-watermark': ownDefault,
  'use-rle': ownDefault,
}

const ofFstab: Readonly<Record<string, string>> = {
  fstype: 'write `volumes: { data: { fs: ext4 } }`',
  fs_vfstype: 'write `volumes: { data: { fs: ext4 } }`',
}

const files: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'ha.cf': ofHaCf,
  haresources: ofHaresources,
  'drbd.conf': ofDrbdConf,
  fstab: ofFstab,
}

/** Each word with its file and its place here. */
export const foreignWords: ReadonlyMap<string, Foreign> = new Map(
  Object.entries(files).flatMap(([of, words]) =>
    Object.entries(words).map(([word, place]) => [word, { of, place }] as const),
  ),
)
