// What the drill matrix runs: sets of settings that differ from ours in one thing each, as edits of an
// inventory of inventories/. `set` replaces values by their path; `take` copies keys of another inventory.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument } from 'yaml'

/** The figures are of deadtime 5; lab.yml itself has 20, since its tests are not to fail over by themselves. */
const quick = [['heartbeat.deadtime', '5s']]
const stallRemedy = { lint: 'stall-remedy-off', reason: 'shows what the remedy is worth' }
const without = (label, path, more = []) => ({
  label,
  from: 'lab',
  set: [...quick, ...more, [path, 'off'], ['accept', [stallRemedy]]],
})

/** The article's settings on our wires: the lab has two heartbeat links, the article one. */
const article = {
  from: 'lab',
  take: { from: 'article-001-faithful', keys: ['group', 'heartbeat', 'drbd', 'nfs', 'accept'] },
  set: [['heartbeat.autostart', 'on']],
}

/** A disk that a table of errors can replace, as an LV is; a boot forgets it. */
const mapperDevice =
  'echo "0 $(blockdev --getsz /dev/vdb) linear /dev/vdb 0" | dmsetup create nfsha-lab && udevadm settle'

/**
 * `deployedAs`: begins at the snapshot of another variant of the same settings. `yardstick`: with the
 * article's own loop beside the workload (dd of 10 MB, stat). `prepare`: what each node runs before the deploy.
 */
export const variants = [
  { label: 'default', from: 'lab', set: quick },
  { label: 'article-001', ...article },
  { label: 'default-yardstick', deployedAs: 'default', yardstick: true, from: 'lab', set: quick },
  { label: 'article-001-yardstick', deployedAs: 'article-001', yardstick: true, ...article },
  { label: 'standard-group', from: 'lab', set: [...quick, ['group', 'standard']] },
  without('no-client-database', 'nfs.client-database-on-volume'),
  without('no-scope', 'nfs.scope'),
  without('no-tickle', 'nfs.tickle'),
  without('no-arp', 'nfs.gratuitous-arp'),
  without('vip-first', 'nfs.vip-last'),
  without('no-lock-recovery', 'nfs.lock-recovery', [['nfs.v3', 'on']]),
  { label: 'grace-90', from: 'lab', set: [...quick, ['nfs.grace-time', '90s'], ['nfs.lease-time', '90s']] },
  { label: 'nfs-3-and-4.0', from: 'lab', set: [...quick, ['nfs.v3', 'on'], ['nfs.v40', 'on']] },
  {
    label: 'on-mapper',
    prepare: mapperDevice,
    from: 'lab',
    set: [...quick, ['volumes.data.disk', '/dev/mapper/nfsha-lab']],
  },
  { label: 'witness', from: 'lab-witness', set: quick },
  { label: 'stonith', from: 'lab-fencing', set: quick },
]

/** All faults; what a variant cannot have (`disk-fail` without a device-mapper to break) is left out by name. */
export const faults = [
  'standby',
  'power-cut',
  'service-nic-cut',
  'clean-stop',
  'reboot',
  'heartbeat-kill',
  'heartbeat-freeze',
  'heartbeat-cut',
  'heartbeat-medium-cut:em1',
  'heartbeat-medium-cut:em2',
  'gateway-gone',
  'node-freeze',
  'all-cut',
  'start-fails',
  'stop-fails',
  'replication-cut',
  'replication-slow',
  'replication-cut+power-cut',
  'disk-fail',
  'nfsd-kill',
  'nfsd-hang',
  'clock-step',
]

/**
 * The text of a variant's inventory, for any folder: relative paths mean something beside the shipped ones
 * only. `portShift` is added to the lab's ports, so that two checkouts can run side by side.
 */
export function inventoryOf({ from, set = [], take }, root, portShift = 0) {
  const read = name => parseDocument(readFileSync(join(root, 'inventories', `${name}.yml`), 'utf8'))
  const doc = read(from)
  if (take !== undefined) {
    const other = read(take.from)
    for (const key of take.keys) doc.setIn([key], other.getIn([key]))
  }
  for (const [path, value] of set) doc.setIn(path.split('.'), value)
  return doc
    .toString()
    .replaceAll('../.nfsha', join(root, '.nfsha'))
    .replaceAll(/\b221\d\d\b/g, port => String(Number(port) + portShift))
}
