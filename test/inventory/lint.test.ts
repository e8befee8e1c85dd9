import { describe, expect, it } from 'vitest'
import { blocking } from '../../src/inventory/lint.ts'
import { lintIds, lintRules } from '../../src/inventory/lint-rules.ts'
import { loadExample, loadText } from '../fixtures/cluster.ts'
import { base, basePlus, baseWith } from './base.ts'

const heartbeat = (line: string) => baseWith('heartbeat:\n', `heartbeat:\n  ${line}\n`)

/** Devices that reset both nodes. */
const stonith =
  '{ mode: stonith, devices: { a: { plugin: meatware, params: { hostlist: a } }, b: { plugin: apcmaster, params: { ipaddr: 10.0.0.9 } } } }'
const withoutPing = (text: string) => baseWith('heartbeat:\n  ping: [192.168.0.254]\n', '').concat(text, '\n')

const exported = (options: string) => baseWith('fsid: 1', `fsid: 1\n    options: ${options}`)
const exportedTo = (clients: string) => baseWith('192.168.0.0/24\n', `${clients}\n`)

const volumeWith = (options: string) =>
  baseWith('mount: /srv/nfsha }', `mount: /srv/nfsha, mount-options: [${options}] }`)
const mounted = (option: string) =>
  basePlus(`clients: { c: { mounts: [{ export: /srv/nfsha/data, path: /mnt, options: [${option}] }] } }`)

/** A second link for service with a VIP of its own, and these ping nodes. */
const twoServiceLinks = (ping: string) =>
  baseWith('em2: [heartbeat]', 'em2: [service, heartbeat]')
    .replace('[192.168.0.9]', '[192.168.0.9, 10.0.0.9]')
    .replace('[192.168.0.254]', ping)

// Rule, severity, what breaks it, line (none for a default) and a part of the message.
const broken: readonly (readonly [string, string, string, number | undefined, string])[] = [
  [
    'keepalive-warntime',
    'error',
    heartbeat('{ keepalive: 3s, warntime: 3s, ping: [192.168.0.254] }').replace(
      '  ping: [192.168.0.254]\n',
      '',
    ),
    19,
    'warntime 3s is not above keepalive 3s',
  ],
  ['warntime-deadtime', 'error', heartbeat('warntime: 10s'), 19, 'warntime 10s is not below deadtime 10s'],
  [
    'deadtime-keepalive',
    'error',
    heartbeat('keepalive: 5s'),
    18,
    'deadtime 10s is not above twice keepalive, 10s',
  ],
  [
    'deadping-keepalive',
    'error',
    heartbeat('deadping: 2s'),
    19,
    'deadping 2s is not above twice keepalive, 2s',
  ],
  [
    'deadtime-drbd',
    'error',
    heartbeat('deadtime: 3s'),
    19,
    "deadtime 3s is not above DRBD's timeout + ping-timeout, 3s",
  ],
  ['drbd-timeout', 'error', basePlus('drbd: { timeout: 3s }'), 21, 'timeout 3s is not below ping-int 3s'],
  ['drbd-timeout', 'error', basePlus('drbd: { timeout: 5s, ping-int: 6s }'), 21, 'and connect-int 5s'],
  ['initdead', 'warning', heartbeat('initdead: 19s'), 19, 'initdead 19s is below twice deadtime, 20s'],
  ['initdead', 'error', heartbeat('initdead: 9s'), 19, 'initdead 9s is below twice deadtime, 20s'],
  [
    'lease-grace',
    'error',
    basePlus('nfs: { lease-time: 20 }'),
    21,
    'lease-time 20s is longer than grace-time 10s',
  ],
  ['grace-short', 'note', basePlus('nfs: { grace-time: 59 }'), 21, 'grace-time is 59s'],
  [
    'vip-network',
    'error',
    baseWith('[192.168.0.9]', '[192.168.1.9]'),
    11,
    '192.168.1.9/24 does not lie in 192.168.0.0/24',
  ],
  [
    'vip-network',
    'error',
    baseWith('[192.168.0.9]', '[192.168.0.9/16]'),
    11,
    '192.168.0.9/16 does not lie in',
  ],
  [
    'address-not-host',
    'error',
    baseWith('em2: 10.0.0.1', 'em2: 127.0.0.1'),
    4,
    '127.0.0.1/24 is a loopback address',
  ],
  [
    'vip-taken',
    'error',
    baseWith('[192.168.0.9]', '[192.168.0.2]'),
    11,
    'the VIP 192.168.0.2 is the address of b on em1 already',
  ],
  [
    'vip-taken',
    'error',
    baseWith('[192.168.0.9]', '[192.168.0.9, 192.168.0.9]'),
    11,
    'is the address of a VIP already',
  ],
  [
    'vip-taken',
    'error',
    baseWith('[192.168.0.9]', '[192.168.0.254]'),
    11,
    'is the address of a ping node already',
  ],
  [
    'duplicate-address',
    'error',
    baseWith('em1: 192.168.0.2', 'em1: 192.168.0.1'),
    6,
    '192.168.0.1 of b on em1 is the address of a on em1 already',
  ],
  [
    'duplicate-address',
    'error',
    baseWith('[192.168.0.254]', '[192.168.0.1]'),
    19,
    '192.168.0.1 of a ping node is the address of a on em1',
  ],
  [
    'address-not-host',
    'error',
    baseWith('em2: 10.0.0.1', 'em2: 10.0.0.0'),
    4,
    '10.0.0.0/24 is the address of the network itself',
  ],
  ['address-not-host', 'error', baseWith('[192.168.0.9]', '[192.168.0.255]'), 11, 'is the broadcast address'],
  [
    'link-networks',
    'warning',
    baseWith('em3: 10.0.1.2', 'em3: 10.0.2.2'),
    6,
    'on em3, 10.0.2.2/24 of b and 10.0.1.1/24 of a are not in one network',
  ],
  [
    'link-networks',
    'error',
    baseWith('em2: 10.0.0.2', 'em2: 10.0.9.2').replace(
      'em2: [heartbeat]',
      'em2: { for: [heartbeat], medium: bcast }',
    ),
    6,
    'are not in one network',
  ],
  [
    'overlapping-links',
    'warning',
    base.replaceAll('10.0.1.', '10.0.0.1').replaceAll('/24', '/16'),
    4,
    'the networks of em3 and em2 overlap',
  ],
  ['one-heartbeat-medium', 'warning', baseWith('[service, heartbeat]', '[service]'), 7, 'one way only: em2'],
  [
    'one-heartbeat-medium',
    'warning',
    base.replaceAll('em2: 10.0.0.1/24', 'em2: { nic: em1, address: 10.0.0.1/24 }'),
    7,
    'one way only: em1',
  ],
  [
    'heartbeat-on-replication',
    'warning',
    baseWith('em2: [heartbeat]', 'em2: [service]').replace('[replication]', '[replication, heartbeat]'),
    10,
    'em3 carries both',
  ],
  [
    'heartbeat-on-replication',
    'note',
    baseWith('[replication]', '[replication, heartbeat]'),
    10,
    'em3 carries both',
  ],
  [
    'no-ping-node',
    'warning',
    baseWith('ping: [192.168.0.254]', 'keepalive: 1s'),
    18,
    'heartbeat has no ping node',
  ],
  ['no-ping-node', 'warning', heartbeat('ipfail: off'), 19, 'ipfail is off'],
  [
    'ping-service-link',
    'warning',
    twoServiceLinks('[192.168.0.254]'),
    19,
    'no ping node, and no group of them alone, lies in the network of em2',
  ],
  ['ping-service-link', 'warning', twoServiceLinks('[[192.168.0.254, 10.0.0.254]]'), 19, 'network of em1'],
  ['ping-service-link', 'warning', twoServiceLinks('[192.168.0.254, 10.9.0.1]'), 19, 'network of em2'],
  ['ping-service-link', 'warning', baseWith('[192.168.0.254]', '[10.0.0.254]'), 19, 'network of em1'],
  [
    'bcast-no-broadcast',
    'error',
    base
      .replaceAll(/em2: 10.0.0.([12]).24/g, 'em2: 10.0.0.$1/31')
      .replace('em2: [heartbeat]', 'em2: { for: [heartbeat], medium: bcast }'),
    9,
    'whose network on a is a /31',
  ],
  ['address-not-host', 'error', baseWith('[192.168.0.254]', '[127.0.0.1]'), 19, '127.0.0.1 is a loopback'],
  ['address-not-host', 'error', baseWith('[192.168.0.254]', '[192.168.0.255]'), 19, 'is the broadcast'],
  ['address-not-host', 'error', baseWith('[192.168.0.254]', '[192.168.0.0]'), 19, 'the network itself'],
  ['deadtime-long', 'warning', heartbeat('deadtime: 500'), 19, 'deadtime is 500s'],
  [
    'ssh-host-is-vip',
    'error',
    baseWith('  a:\n', '  a:\n    ssh: root@192.168.0.9\n'),
    4,
    'a is reached through the VIP',
  ],
  ['auth-crc', 'warning', heartbeat('auth: crc'), 19, 'not authenticated'],
  [
    'drbd-no-secret',
    'warning',
    baseWith('file:c1.secrets', '{ authkey: "env:KEY" }'),
    20,
    'no shared secret',
  ],
  ['no-fencing', 'note', base, undefined, 'the promotion guard is what limits'],
  ['no-fencing', 'warning', basePlus('group: standard'), 21, 'no promotion guard'],
  ['fencing-no-witness', 'error', withoutPing('fencing: { mode: witness }'), 19, 'fencing has no witness'],
  ['fencing-no-witness', 'warning', withoutPing(`fencing: ${stonith}`), 19, 'fencing has no witness'],
  [
    'fencing-own-witness',
    'error',
    basePlus('fencing: { mode: witness, witness: { ping: 192.168.0.9 } }'),
    21,
    'the witness 192.168.0.9 is an address of the pair itself',
  ],
  [
    'fencing-no-device',
    'error',
    basePlus('fencing: { mode: stonith, devices: { a: { plugin: external/ipmi, params: {} } } }'),
    21,
    'nothing can reset b',
  ],
  [
    'fencing-unused',
    'warning',
    basePlus('fencing: { devices: { a: { plugin: external/ipmi, params: {} } } }'),
    21,
    'but fencing.mode is none',
  ],
  [
    'fencing-trial-plugin',
    'warning',
    basePlus(`fencing: ${stonith.replace('meatware', 'external/ssh')}`),
    21,
    'external/ssh cannot reset a node that hangs',
  ],
  [
    'fencing-policy',
    'error',
    basePlus('fencing: { mode: witness }\ndrbd: { fencing: dont-care }'),
    22,
    'drbd.fencing is dont-care with fencing.mode witness',
  ],
  [
    'fencing-policy',
    'error',
    basePlus('drbd: { fencing: resource-and-stonith }'),
    21,
    'with fencing.mode none',
  ],
  [
    'fencing-policy',
    'warning',
    basePlus('fencing: { mode: witness }\ndrbd: { fencing: resource-only }'),
    22,
    'writes go on while',
  ],
  [
    'fencing-outdate-off',
    'error',
    basePlus('fencing: { mode: witness, outdate: off }'),
    21,
    'outdate is off',
  ],
  [
    'fencing-outdate-off',
    'warning',
    basePlus(`fencing: ${stonith.replace('{ ', '{ outdate: off, ')}`),
    21,
    'outdate is off',
  ],
  [
    'takeover-standard',
    'error',
    basePlus('group: standard\nfencing: { takeover: by-hand }'),
    22,
    'takeover is by-hand, and group is standard',
  ],
  [
    'outdate-standard',
    'warning',
    basePlus('group: standard\nfencing: { mode: witness, witness: { ping: [192.168.0.1] } }'),
    21,
    'is believed unseen',
  ],
  ['flushes-off', 'warning', basePlus('drbd: { disk-flushes: off }'), 21, 'disk-flushes is off'],
  ['flushes-off', 'warning', basePlus('drbd: { md-flushes: no }'), 21, 'md-flushes is off'],
  ['no-monitor', 'warning', basePlus('monitor: { enabled: off }'), 21, 'the monitor is off'],
  ['monitor-pause', 'warning', basePlus('monitor: { pause: 60s }'), 21, 'pause is 60 s'],
  ['auto-failback', 'warning', heartbeat('auto_failback: on'), 19, 'auto_failback is on'],
  [
    'no-root-squash',
    'warning',
    baseWith('fsid: 1', 'options: [rw, no_root_squash]'),
    15,
    'all of 192.168.0.0/24',
  ],
  [
    'no-root-squash',
    'warning',
    baseWith('192.168.0.0/24\n', "[{ match: '*', options: [rw, no_root_squash] }]\n"),
    15,
    'all of *',
  ],
  ['no-root-squash', 'warning', exported('[rw, all_squash, anonuid=0]'), 15, 'with anonuid=0'],
  ['export-async', 'warning', baseWith('fsid: 1', 'options: [rw, async]'), 15, 'exported async'],
  ['export-neither-ro-nor-rw', 'warning', exported('[root_squash]'), 15, 'is read-only for 192.168.0.0/24'],
  ['export-subtree-check', 'warning', exported('[rw, subtree_check]'), 15, 'with subtree_check'],
  [
    'export-nested',
    'warning',
    baseWith('heartbeat:\n', '  - { path: /srv/nfsha/data/x, clients: c, fsid: 2 }\nheartbeat:\n'),
    18,
    '/srv/nfsha/data/x lies in /srv/nfsha/data',
  ],
  ['export-mode', 'warning', baseWith('fsid: 1', 'fsid: 1\n    mode: 0644'), 18, 'no x for u, g, o'],
  ['export-mode', 'warning', baseWith('fsid: 1', 'fsid: 1\n    mode: 0754'), 18, 'no x for o'],
  [
    'export-host-bits',
    'warning',
    exportedTo('192.168.0.77/24'),
    15,
    'to 192.168.0.77/24, which is all of 192.168.0.0/24',
  ],
  ['export-host-bits', 'warning', exportedTo('10.1.2.3/255.255.0.0'), 15, 'all of 10.1.0.0/16'],
  [
    'export-client-shadowed',
    'error',
    exportedTo('[192.168.0.0/16, { match: 192.168.7.0/24, options: [ro] }]'),
    15,
    'of 192.168.7.0/24 for /srv/nfsha/data never count: 192.168.0.0/16 before it',
  ],
  ['export-client-name', 'warning', exportedTo('web1.example.net'), 15, 'the address of web1.example.net'],
  ['export-client-name', 'warning', exportedTo("'*.example.net'"), 15, 'for *.example.net the name of each'],
  ['export-client-name', 'warning', exportedTo("'@trusted'"), 15, 'the netgroup @trusted'],
  ['export-root', 'warning', baseWith('path: /srv/nfsha/data', 'path: /srv/nfsha'), 15, 'the whole volume'],
  [
    'split-brain-automatic',
    'error',
    basePlus('drbd: { after-sb-2pri: violently-as0p }'),
    21,
    'after-sb-2pri is violently-as0p',
  ],
  ['rr-conflict', 'error', basePlus('drbd: { rr-conflict: violently }'), 21, 'rr-conflict is violently'],
  ['rr-conflict', 'error', basePlus('drbd: { rr-conflict: call-pri-lost }'), 21, 'is call-pri-lost'],
  ['ko-count-off', 'warning', basePlus('drbd: { ko-count: 0 }'), 21, 'ko-count is 0'],
  ['resync-slow', 'warning', basePlus('drbd: { c-max-rate: 1000 }'), 21, '1000 KiB a second by c-max-rate'],
  [
    'resync-slow',
    'warning',
    basePlus('drbd: { c-plan-ahead: 0, resync-rate: 100 }'),
    21,
    '100 KiB a second by resync-rate',
  ],
  ['resync-rates', 'warning', basePlus('drbd: { c-min-rate: 0 }'), 21, 'c-min-rate is 0'],
  ['resync-rates', 'warning', basePlus('drbd: { c-min-rate: 200M }'), 21, 'is above c-max-rate'],
  [
    'split-brain-automatic',
    'warning',
    basePlus('drbd: { after-sb-1pri: discard-secondary }'),
    21,
    'after-sb-1pri is discard-secondary',
  ],
  ['stall-remedy-off', 'warning', basePlus('nfs: { tickle: off }'), 21, 'tickle is off'],
  ['stall-remedy-off', 'warning', basePlus('nfs: { scope: off }'), 21, 'scope is off'],
  ['stall-remedy-off', 'warning', basePlus('nfs: { gratuitous-arp: off }'), 21, 'gratuitous-arp is off'],
  [
    'stall-remedy-off',
    'warning',
    basePlus('nfs: { v3: on, lock-recovery: off }'),
    21,
    'lock-recovery is off',
  ],
  ['soft-mount', 'warning', mounted('soft'), 21, 'c mounts /mnt soft'],
  ['soft-mount', 'warning', mounted('softerr'), 21, 'c mounts /mnt softerr'],
  ['client-local-locks', 'warning', mounted('nolock'), 21, 'c mounts /mnt with nolock'],
  ['client-local-locks', 'warning', mounted('local_lock=flock'), 21, 'with local_lock=flock'],
  ['client-timeo', 'warning', mounted('timeo=15'), 21, 'with timeo=15, which is 1.5 s'],
  ['mount-unsafe', 'warning', volumeWith('noatime, nobarrier'), 13, 'data is mounted with nobarrier'],
  ['mount-unsafe', 'warning', volumeWith('data=writeback'), 13, 'data is mounted with data=writeback'],
  ['mount-option-idle', 'warning', volumeWith('_netdev'), 13, '_netdev is for fstab'],
  ['mount-option-idle', 'warning', volumeWith('x-systemd.automount'), 13, 'x-systemd.automount is for fstab'],
  ['fsid-derived', 'note', baseWith('    fsid: 1\n', ''), 15, 'the fsid of /srv/nfsha/data is derived'],
  [
    'accept-unused',
    'note',
    basePlus('accept: [{ lint: auth-crc, reason: x }]'),
    21,
    'nothing here breaks the rule "auth-crc"',
  ],
]

describe('a rule finds what breaks it, where it stands:', () => {
  it.each(broken)('%s (%s)', async (id, severity, text, line, message) => {
    const { lint } = await loadText(text)
    const found = lint.filter(finding => finding.id === id && finding.message.includes(message))
    expect(found, JSON.stringify(lint, undefined, 1)).toHaveLength(1)
    expect(found[0]).toMatchObject({ severity })
    expect(found[0]?.at?.line).toBe(line)
  })

  it('has a case for every rule', () => {
    const cases = new Set(broken.map(([id]) => id))
    expect(lintIds.filter(id => !cases.has(id))).toEqual([])
  })
})

// What looks like a break and is none.
const fine: readonly (readonly [string, string])[] = [
  [
    'no-root-squash',
    baseWith('192.168.0.0/24', '[192.168.0.7, 192.168.0.8/32]').replace(
      'fsid: 1',
      'fsid: 1\n    options: [rw, no_root_squash]',
    ),
  ],
  [
    'one-heartbeat-medium',
    baseWith('[service, heartbeat]', '[service]').replace('ping:', 'serial: /dev/ttyS0\n  ping:'),
  ],
  [
    'no-root-squash',
    exportedTo('192.168.0.7/255.255.255.255').replace('fsid: 1', 'options: [rw, no_root_squash]'),
  ],
  ['export-neither-ro-nor-rw', exported('[ro]')],
  ['export-subtree-check', exported('[rw, no_subtree_check]')],
  [
    'export-nested',
    baseWith('heartbeat:\n', '  - { path: /srv/nfsha/data2, clients: c, fsid: 2 }\nheartbeat:\n'),
  ],
  ['export-mode', baseWith('fsid: 1', 'fsid: 1\n    mode: 1770')],
  ['export-host-bits', exportedTo('[192.168.0.77, 192.168.0.78/32, 10.0.0.0/8, 0.0.0.0/0]')],
  [
    'export-client-shadowed',
    exportedTo(
      '[{ match: 192.168.7.0/24, options: [ro] }, 192.168.0.0/16, { match: 192.168.7.7, options: [ro] }]',
    ),
  ],
  ['export-client-shadowed', exportedTo('[192.168.0.0/16, 192.168.7.0/24]')],
  [
    'export-client-name',
    exportedTo("[192.168.0.7, '*', a, web1]").concat(
      'hosts: { extra: [{ address: 192.168.0.7, names: [web1] }] }\n',
    ),
  ],
  ['soft-mount', mounted('hard')],
  ['client-local-locks', mounted('local_lock=none')],
  ['client-timeo', mounted('timeo=150')],
  ['mount-unsafe', volumeWith('barrier=1, data=journal')],
  ['mount-option-idle', volumeWith('noatime, nodev, grpid')],
  ['ping-service-link', twoServiceLinks('[192.168.0.254, 10.0.0.254]')],
  ['ping-service-link', twoServiceLinks('[[192.168.0.253, 192.168.0.254], 10.0.0.254]')],
  ['ping-service-link', baseWith('[192.168.0.254]', '[10.9.0.1]')],
  ['ping-service-link', twoServiceLinks('[192.168.0.254]').replace(', 10.0.0.9]', ']')],
  ['bcast-no-broadcast', base.replace('em2: [heartbeat]', 'em2: { for: [heartbeat], medium: bcast }')],
  ['address-not-host', baseWith('[192.168.0.254]', '[10.255.255.255]')],
  ['deadtime-long', heartbeat('deadtime: 120s')],
  ['deadtime-keepalive', heartbeat('keepalive: 4999ms')],
  ['initdead', heartbeat('deadtime: 60s')],
  ['link-networks', base.replaceAll('10.0.1.1/24', '10.0.1.1/30').replaceAll('10.0.1.2/24', '10.0.1.2/30')],
  ['ko-count-off', basePlus('drbd: { ko-count: 1 }')],
  ['resync-slow', basePlus('drbd: { c-max-rate: 1M, resync-rate: 100 }')],
  ['resync-slow', basePlus('drbd: { c-plan-ahead: 0, resync-rate: 10M, c-max-rate: 1000 }')],
  ['resync-rates', basePlus('drbd: { c-min-rate: 1 }')],
  ['split-brain-automatic', basePlus('drbd: { after-sb-0pri: discard-zero-changes }')],
  ['drbd-no-secret', base],
  ['vip-network', baseWith('[192.168.0.9]', '[192.168.0.9/32]')],
]

it.each(fine)('%s does not find what is fine', async (id, text) => {
  const { lint } = await loadText(text)
  expect(lint.filter(finding => finding.id === id)).toEqual([])
})

describe('accepting a finding', () => {
  const accepted = heartbeat('warntime: 10s').concat(
    'accept: [{ lint: warntime-deadtime, reason: a test }]\n',
  )

  it('keeps the finding, with the reason', async () => {
    const { lint } = await loadText(accepted)
    expect(lint.find(({ id }) => id === 'warntime-deadtime')).toMatchObject({
      severity: 'error',
      accepted: 'a test',
    })
    expect(blocking(lint)).toEqual([])
  })

  it('is what lets an error pass', async () => {
    const { lint } = await loadText(heartbeat('warntime: 10s'))
    expect(blocking(lint).map(({ id }) => id)).toEqual(['warntime-deadtime'])
  })
})

describe('rules', () => {
  it('have different ids, and words for every reader', () => {
    expect(new Set(lintIds).size).toBe(lintIds.length)
    for (const rule of lintRules) {
      expect(rule.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$|^initdead$/)
      expect(rule.explanation.length).toBeGreaterThan(rule.reason.length)
    }
  })
})

describe('our inventories', () => {
  it.each(['m1-m2', 'lab'])('%s breaks no rule and accepts nothing', async name => {
    const { lint, inventory } = await loadExample(name)
    expect(lint.filter(({ severity }) => severity !== 'note')).toEqual([])
    expect(inventory.accept).toEqual([])
  })

  it.each(['single-nic', 'lab-single-nic'])(
    '%s accepts that it has one NIC, and nothing else',
    async name => {
      const { lint, inventory } = await loadExample(name)
      expect(lint.filter(({ severity, accepted }) => severity !== 'note' && accepted === undefined)).toEqual(
        [],
      )
      expect(inventory.accept.map(each => each.lint)).toEqual([
        'one-heartbeat-medium',
        'heartbeat-on-replication',
      ])
    },
  )

  it.each(['article-001-faithful', 'article-003-faithful'])('%s accepts all that it breaks', async name => {
    const { lint } = await loadExample(name)
    expect(lint.filter(({ accepted }) => accepted === undefined)).toEqual([])
  })

  it('keep the settings of article 001', async () => {
    const { cluster } = await loadExample('article-001-faithful')
    expect(cluster).toMatchObject({
      group: 'standard',
      heartbeat: {
        keepaliveMs: 2000,
        warntimeMs: 6000,
        deadtimeMs: 10_000,
        media: [{ kind: 'mcast', link: 'em2', group: '225.0.0.192', port: 694, ttl: 1, loop: 0 }],
        autoFailback: true,
        auth: { method: 'crc' },
        autostart: false,
      },
      volumes: [{ name: 'drbd', port: 7789, mountPoint: '/data' }],
      drbd: {
        diskFlushes: false,
        mdFlushes: false,
        alExtents: 517,
        sndbufSize: 524_288,
        resyncRate: 1_048_576,
      },
      nfs: {
        graceSeconds: 90,
        leaseSeconds: 90,
        clientDatabaseOnVolume: false,
        tickle: false,
        vipLast: false,
      },
    })
  })

  it('keep the settings of article 003', async () => {
    const { cluster } = await loadExample('article-003-faithful')
    expect(cluster).toMatchObject({
      heartbeat: { deadtimeMs: 30_000, warntimeMs: 10_000, initdeadMs: 120_000, autoFailback: false },
      volumes: [{ name: 'data', device: '/dev/drbd1', port: 7899, mountPoint: '/data/nfs' }],
      hostsEntries: [
        { address: '192.168.5.75', names: ['nfs75.blufly.com', 'nfs75'] },
        { address: '192.168.5.76', names: ['nfs76.blufly.com', 'nfs76'] },
      ],
    })
  })
})
