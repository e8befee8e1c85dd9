import { type Hit, type LintRule, when } from './lint-rule.ts'

/** Rules over what can lose or leak data. */
export const safetyRules: readonly LintRule[] = [
  {
    id: 'auth-crc',
    severity: 'warning',
    title: 'heartbeats are signed',
    reason: 'crc is no authentication: anybody on the link can speak for a node',
    explanation:
      'With `crc` in authkeys a packet is accepted if its checksum is right. Anyone who can send UDP to the port can tell a node that its peer is dead, or to give up its resources. sha1 with a random key costs nothing.',
    check: ({ heartbeat }) =>
      when(heartbeat.auth.method === 'crc', {
        path: ['heartbeat', 'auth'],
        message: 'heartbeats are not authenticated (crc)',
        fix: 'set `auth: sha1` and name a secret authkey; `nfsha init` makes one',
      }),
  },
  {
    id: 'drbd-no-secret',
    severity: 'warning',
    title: 'DRBD peers prove that they know a secret',
    reason: "without one anybody on the link can pose as the peer and take the volume's content",
    explanation:
      "DRBD does not encrypt. With cram-hmac-alg and a shared secret at least the peer is known; without them, whoever holds the peer's address gets a full copy of the data, or overwrites it.",
    check: ({ drbd }) =>
      when(drbd.sharedSecret === undefined, {
        path: ['secrets'],
        message: 'DRBD has no shared secret',
        fix: 'name a secret "drbd"; `nfsha init` makes one',
      }),
  },
  {
    id: 'flushes-off',
    severity: 'warning',
    title: 'disks are flushed',
    reason: 'a power cut then loses writes that clients were told are safe',
    explanation:
      "no-disk-flushes and no-md-flushes tell DRBD not to empty the disk's volatile cache. That is right only behind a controller whose cache has a battery or is not volatile. An SSD without power-loss protection is not.",
    check: ({ drbd }) => [
      ...when(!drbd.diskFlushes, flushHit('disk-flushes')),
      ...when(!drbd.mdFlushes, flushHit('md-flushes')),
    ],
  },
  {
    id: 'auto-failback',
    severity: 'warning',
    title: 'the service stays where it is',
    reason: 'each recovery of the preferred node costs a second outage, often in the middle of a resync',
    explanation:
      'With auto_failback on, a node that returns takes the group at once, when it has just been unwell and its data may still be behind. Move it back by hand, at a time of your choice.',
    check: ({ heartbeat }) =>
      when(heartbeat.autoFailback, {
        path: ['heartbeat', 'auto_failback'],
        message: 'auto_failback is on',
        fix: 'set `auto_failback: off`',
      }),
  },
  {
    id: 'split-brain-automatic',
    severity: 'warning',
    title: 'a split-brain is settled by people',
    reason: 'automatic recovery throws one side of the writes away',
    explanation:
      'after-sb-* policies other than disconnect choose a victim by rule. The active node was seen to be the wrong answer: it can be the stale one. Only discard-zero-changes loses nothing, since that side wrote nothing. violently-as0p changes data below a mounted file system, which drbd.conf(5) calls dangerous; call-pri-lost-after-sb wants a handler that reboots the node, and ours only tells.',
    check: ({ drbd }) =>
      (['0', '1', '2'] as const).flatMap(primaries => {
        const policy = { 0: drbd.afterSb0pri, 1: drbd.afterSb1pri, 2: drbd.afterSb2pri }[primaries]
        return when(policy !== 'disconnect' && policy !== 'discard-zero-changes', {
          path: ['drbd', `after-sb-${primaries}pri`],
          message: `after-sb-${primaries}pri is ${policy}`,
          fix: 'set it to disconnect, and repair by choosing a side',
          severity: policy.startsWith('discard') || policy === 'consensus' ? 'warning' : 'error',
        })
      }),
  },
  {
    id: 'stall-remedy-off',
    severity: 'warning',
    title: 'the remedies against long stalls are on',
    reason: 'each one that is off makes clients wait longer at a takeover',
    explanation:
      'client-database-on-volume lets the grace period end when all clients are back; with one scope they may reclaim their locks at all, with lock-recovery those of NFS 3 too; gratuitous-arp tells where the VIP is now; tickle wakes clients that wait on a dead connection; vip-last keeps clients from being refused, and from backing off, while nfsd is not up. They can be switched off so that a drill shows what each is worth.',
    check: ({ nfs }) => [
      ...when(!nfs.clientDatabaseOnVolume, remedyHit('client-database-on-volume')),
      ...when(nfs.scope === undefined, remedyHit('scope')),
      ...when(!nfs.lockRecovery && nfs.v3, remedyHit('lock-recovery')),
      ...when(!nfs.gratuitousArp, remedyHit('gratuitous-arp')),
      ...when(!nfs.tickle, remedyHit('tickle')),
      ...when(!nfs.vipLast, remedyHit('vip-last')),
    ],
  },
]

function flushHit(key: string): Hit {
  return {
    path: ['drbd', key],
    message: `${key} is off`,
    fix: `remove it, unless the disk's cache outlives a power cut`,
  }
}

function remedyHit(key: string): Hit {
  return { path: ['nfs', key], message: `${key} is off`, fix: `remove it, unless this is a drill's baseline` }
}
