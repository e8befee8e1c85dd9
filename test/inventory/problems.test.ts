import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NfshaError } from '../../src/core/error.ts'
import { loadText } from '../fixtures/cluster.ts'
import { base, basePlus, baseWith } from './base.ts'

/** The problems of an inventory as `line:column message`, and their hints. */
async function problemsOf(text: string): Promise<readonly { shown: string; hint: string }[]> {
  const error: unknown = await loadText(text).then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (!(error instanceof NfshaError)) throw new Error('the inventory loads', { cause: error })
  expect(error.exitCode).toBe(3)
  const problems = error.problems.length > 0 ? error.problems : [error]
  return problems.map(({ at, message, hint }) => ({ shown: `${at?.line}:${at?.column} ${message}`, hint }))
}

it('takes the shortest useful inventory', async () => {
  expect(base.trimEnd().split('\n').length).toBeLessThanOrEqual(25)
  const { cluster, lint } = await loadText(base)
  expect(cluster.nodes.map(node => node.ssh.host)).toEqual(['a', 'b'])
  expect(lint.filter(({ severity }) => severity !== 'note')).toEqual([])
})

/** A mount by autofs, and another one; the message and a part of the fix. */
function byAutofs(
  path: string,
  by: string,
  other: string,
  message: string,
  fix: string,
): readonly [string, string, string, string] {
  const exported = 'export: /srv/nfsha/data'
  const text = `clients: { c: { mounts: [{ ${exported}, path: ${path}, by: autofs }, { ${exported}, path: ${other}, by: ${by} }] } }`
  const at = (message.startsWith(`"${other}"`) ? text.lastIndexOf('path: ') : text.indexOf('path: ')) + 7
  return [`autofs at ${path} beside ${by} at ${other}`, basePlus(text), `21:${at} ${message}`, fix]
}

/** A mount by a client with these options, of an export with those. */
function mountedWith(options: string, exported = '[rw]', more = ''): string {
  const mount = `{ export: /srv/nfsha/data, path: /mnt, options: [${options}] }`
  return baseWith('fsid: 1', `fsid: 1\n    options: ${exported}`).concat(
    `clients: { c: { mounts: [${mount}] } }\n${more}`,
  )
}

// What is written, the place and message expected, and a part of the fix.
const cases: readonly (readonly [string, string, string, string])[] = [
  ['unknown key', basePlus('volume: {}'), '21:1 unknown key "volume"', 'did you mean "volumes"?'],
  ['a key in the wrong place', basePlus('deadtime: 5'), '21:1 unknown key "deadtime"', 'below "heartbeat:"'],
  ['a key twice', basePlus('cluster: c2'), '21:1 the key "cluster" is written twice', 'keep one'],
  ['a key missing', baseWith('cluster: c1\n', ''), '1:1 "cluster" is missing', 'add it'],
  [
    'an empty section',
    baseWith('  ping: [192.168.0.254]\n', ''),
    '18:1 "heartbeat" is nothing, not a mapping',
    'write',
  ],
  [
    'a wrong type',
    basePlus('exports: 5').replace(/exports:\n( {2}.*\n)+/, ''),
    '17:10 "exports" is a number, not a list',
    'write a list',
  ],
  ['a bad time', baseWith('ping: [', 'deadtime: soon\n  ping: ['), '19:13 "soon" is not a time', '500ms'],
  [
    'a time below the least',
    baseWith('ping: [', 'keepalive: 1ms\n  ping: ['),
    '19:14 1ms is below the least allowed, 50ms',
    'limits',
  ],
  [
    'a time off the step',
    basePlus('drbd: { timeout: 2550ms }'),
    '21:18 2550ms is not a multiple of 100ms',
    'limits',
  ],
  [
    'a policy for one primary where there is none',
    basePlus('drbd: { after-sb-0pri: discard-secondary }'),
    '21:24 "after-sb-0pri" is "discard-secondary", which is none of disconnect, discard-younger-primary',
    'choose one of',
  ],
  [
    'a policy for no primary where there are two',
    basePlus('drbd: { after-sb-2pri: discard-zero-changes }'),
    '21:24 "after-sb-2pri" is "discard-zero-changes", which is none of disconnect, violently-as0p',
    'choose one of',
  ],
  [
    'more extents than the metadata hold',
    basePlus('drbd: { al-extents: 65534 }'),
    '21:21 "al-extents" is above the most allowed, 6433',
    'up to 6433',
  ],
  [
    'a rate below what DRBD takes',
    basePlus('drbd: { c-max-rate: 100 }'),
    '21:21 100 KiB/s is below the least allowed, 250 KiB/s',
    'limits',
  ],
  [
    'a number too large',
    basePlus('nfs: { threads: 5000 }'),
    '21:17 "threads" is above the most allowed, 4096',
    'up to 4096',
  ],
  [
    'grace below what the kernel takes',
    basePlus('nfs: { grace-time: 9 }'),
    '21:20 9s is below the least allowed, 10s',
    'limits',
  ],
  [
    'a misspelt role',
    baseWith('[replication]', '[replicaton]'),
    '10:9 item 1 of "em3" is "replicaton"',
    'did you mean "replication"?',
  ],
  [
    'a misspelt export option',
    baseWith('fsid: 1', 'fsid: 1\n    options: [rw, root_sqash]'),
    '18:19 "root_sqash" is not an option',
    'root_squash',
  ],
  [
    'fsid among the options',
    baseWith('fsid: 1', 'options: [rw, fsid=0]'),
    '17:19 the option "fsid" does not belong',
    '`fsid:` key',
  ],
  [
    'a mode that is none',
    baseWith('fsid: 1', 'fsid: 1\n    mode: 0999'),
    '18:11 "mode" does not fit',
    'octal',
  ],
  ['IPv6', baseWith('192.168.0.1/24', 'fe80::1/64'), '4:19 "fe80::1" is an IPv6 address', 'IPv4'],
  ['an address without prefix', baseWith('10.0.0.2/24', '10.0.0.2'), '6:40 "10.0.0.2" has no prefix', '/24'],
  [
    'a VIP that is none',
    baseWith('[192.168.0.9]', '[vip]'),
    '11:8 "vip" is not an IPv4 address',
    'four numbers',
  ],
  [
    'a secret in the inventory',
    baseWith('file:c1.secrets', 'hunter2'),
    '20:10 "secrets" does not fit: one reference',
    'References',
  ],
  [
    'a secret as text',
    basePlus('ssh: { password: hunter2 }'),
    '21:18 this is not a reference to a secret',
    'env:NAME',
  ],
  [
    'a bad cluster name',
    baseWith('cluster: c1', 'cluster: c_1'),
    '1:10 "c_1" is not a name for a cluster',
    'letters',
  ],
  ['a bad node name', baseWith('  b:\n', '  b_1:\n'), '5:3 "b_1" is not a host name', 'uname -n'],
  [
    'a bad SSH target',
    baseWith('  b:\n', '  b:\n    ssh: a@b@c\n'),
    '6:10 "a@b@c" is not an SSH target',
    '[user@]host[:port]',
  ],
  [
    'an SSH port too large',
    baseWith('  b:\n', '  b:\n    ssh: root@b:70000\n'),
    '6:10 "port" is above the most allowed, 65535',
    'up to',
  ],
  [
    'active/active by DRBD',
    basePlus('drbd: { allow-two-primaries: yes }'),
    '21:9 "allow-two-primaries" is refused: active/active',
    'two pairs',
  ],
  [
    'active/active by volume',
    baseWith('mount: /srv/nfsha }', 'mount: /srv/nfsha, preferred: b }'),
    '13:46 "preferred" is refused: active/active',
    'two pairs',
  ],
  ['a node named by a number', baseWith('  b:\n', '  17:\n'), '5:3 "17" is not a host name', 'uname -n'],
  [
    'an IPv6 client',
    baseWith('clients: 192.168.0.0/24', 'clients: fe80::/64'),
    '16:14 "fe80::/64" is IPv6',
    'network',
  ],
  [
    'a client network that is none',
    baseWith('clients: 192.168.0.0/24', 'clients: 192.168.0.0/33'),
    '16:14 "192.168.0.0/33" is not a network',
    'network',
  ],
  [
    'clients with white space',
    baseWith('clients: 192.168.0.0/24', 'clients: "a b"'),
    '16:14 "a b" is no client',
    'network',
  ],
  [
    'a group that is not multicast',
    baseWith('em2: [heartbeat]', 'em2: { for: [heartbeat], medium: { kind: mcast, group: 10.0.0.9 } }'),
    '9:58 "10.0.0.9" is not a multicast address',
    '239',
  ],
  [
    'a group of routing protocols',
    baseWith('em2: [heartbeat]', 'em2: { for: [heartbeat], medium: { kind: mcast, group: 224.0.0.18 } }'),
    '9:58 "224.0.0.18" belongs to routing protocols',
    '239',
  ],
  [
    'a TTL that leaves no node',
    baseWith('em2: [heartbeat]', 'em2: { for: [heartbeat], medium: { kind: mcast, ttl: 0 } }'),
    '9:56 "ttl" is below the least allowed, 1',
    'from 1',
  ],
  [
    'a serial line that is none',
    baseWith('ping: [', 'serial: /tmp/x\n  ping: ['),
    '19:11 "/tmp/x" is not a serial device',
    '/dev/ttyS0',
  ],
  [
    'one alias for two',
    baseWith('  b:\n', '  b:\n    aliases: [A]\n'),
    '6:5 the name "A" stands for another host',
    'choose another',
  ],
  [
    'a name for two addresses',
    basePlus('hosts: { extra: [{ address: 10.1.1.1, names: [b] }] }'),
    '21:39 the name "b" stands for another host',
    'choose another',
  ],
  [
    'one node',
    baseWith('  b:\n    links: { em1: 192.168.0.2/24, em2: 10.0.0.2/24, em3: 10.0.1.2/24 }\n', ''),
    '2:1 a cluster has two nodes, and here is 1',
    'two nodes',
  ],
  [
    'names that differ in case only',
    baseWith('  b:\n', '  A:\n'),
    '5:3 "a" and "A" are one name',
    'different',
  ],
  ['an unknown preferred node', basePlus('preferred: c'), '21:12 "c" is not one of the nodes', 'a, b'],
  [
    'an unknown link on a node',
    baseWith('em2: 10.0.0.1/24', 'em2: 10.0.0.1/24, em4: 10.0.4.1/24'),
    '4:53 "em4" is not one of the links',
    'em1, em2, em3',
  ],
  [
    'a link without an address',
    baseWith(', em2: 10.0.0.2/24', ''),
    '6:5 b has no address on the link em2',
    'em2: ',
  ],
  [
    'no service link',
    baseWith('[service, heartbeat]', '[heartbeat]'),
    '7:1 no link carries service',
    'service',
  ],
  [
    'no replication link',
    baseWith('[replication]', '[heartbeat]'),
    '7:1 no link carries replication',
    'exactly one',
  ],
  [
    'two replication links',
    baseWith('em2: [heartbeat]', 'em2: [replication]'),
    '7:1 several links carry replication',
    'exactly one',
  ],
  [
    'no heartbeat',
    base.replace('[service, heartbeat]', '[service]').replace('em2: [heartbeat]', 'em2: [service]'),
    '7:1 no link carries heartbeat',
    'two links',
  ],
  [
    'a VIP on another link',
    baseWith('[192.168.0.9]', '[{ address: 192.168.0.9, link: em2 }]'),
    '11:38 "em2" is not a link for service',
    'em1',
  ],
  [
    'a disk for a stranger',
    baseWith('disk: /dev/sdb', 'disk: { a: /dev/sdb, b: /dev/sdb, c: /dev/sdb }'),
    '13:45 "c" is not one of the nodes',
    'a, b',
  ],
  [
    'no disk for a node',
    baseWith('disk: /dev/sdb', 'disk: { a: /dev/sdb }'),
    '13:11 data has no disk on b',
    'b: /dev/',
  ],
  [
    'a disk outside /dev',
    baseWith('/dev/sdb', '/srv/disk.img'),
    '13:17 "/srv/disk.img" is not a backing disk',
    'block device',
  ],
  [
    'DRBD as its own disk',
    baseWith('/dev/sdb', '/dev/drbd0'),
    '13:17 "/dev/drbd0" is not a backing disk',
    'DRBD itself',
  ],
  [
    'one disk twice',
    baseWith('exports:', '  more: { disk: /dev/sdb, mount: /srv/more }\nexports:'),
    '14:17 /dev/sdb of a is the disk of data already',
    'its own',
  ],
  [
    'one minor twice',
    baseWith('exports:', '  more: { disk: /dev/sdc, mount: /srv/more, minor: 0 }\nexports:'),
    '14:52 minor 0 of more is taken by data',
    'its own',
  ],
  [
    'one port twice',
    baseWith('exports:', '  more: { disk: /dev/sdc, mount: /srv/more, port: 7788 }\nexports:'),
    '14:51 port 7788 of more is taken by data',
    'its own',
  ],
  [
    "NFS's port",
    baseWith('mount: /srv/nfsha', 'mount: /srv/nfsha, port: 2049'),
    '13:52 port 2049 of data is taken by NFS',
    'its own',
  ],
  [
    'one mount point in another',
    baseWith('exports:', '  more: { disk: /dev/sdc, mount: /srv/nfsha/more }\nexports:'),
    '14:34 /srv/nfsha/more lies in the mount point of data',
    'outside',
  ],
  [
    'one mount point twice',
    baseWith('exports:', '  more: { disk: /dev/sdc, mount: /srv/nfsha }\nexports:'),
    '14:34 /srv/nfsha lies in the mount point of data',
    'outside',
  ],
  [
    "the system's directory",
    base.replaceAll('/srv/nfsha', '/etc/nfs'),
    '13:34 /etc/nfs belongs to the system',
    '/srv/nfsha',
  ],
  [
    'an export on no volume',
    baseWith('path: /srv/nfsha/data', 'path: /srv/nfsha2'),
    '15:11 /srv/nfsha2 lies on no volume',
    'below /srv/nfsha',
  ],
  [
    "nfsha's state as export",
    baseWith('path: /srv/nfsha/data', 'path: /srv/nfsha/.nfsha'),
    "15:11 /srv/nfsha/.nfsha holds nfsha's own state",
    'another',
  ],
  [
    'an export twice',
    baseWith('heartbeat:\n', '  - { path: /srv/nfsha/data, clients: c }\nheartbeat:\n'),
    '18:13 /srv/nfsha/data is exported already',
    'below one export',
  ],
  [
    'an fsid twice',
    baseWith('heartbeat:\n', '  - { path: /srv/nfsha/x, clients: c, fsid: 1 }\nheartbeat:\n'),
    "18:45 the fsid 1 is another export's",
    'its own',
  ],
  [
    'the root of NFSv4',
    baseWith('fsid: 1', 'fsid: 0'),
    '17:11 fsid 0 makes an export the root of NFSv4',
    'VIP:/PATH',
  ],
  [
    'a client twice',
    baseWith('clients: 192.168.0.0/24', 'clients: [192.168.0.0/24, 192.168.0.9/255.255.255.0]'),
    '16:31 /srv/nfsha/data is exported to 192.168.0.0/24 already, and 192.168.0.9/255.255.255.0 is the same',
    'keep one',
  ],
  [
    'an address by dhcp',
    baseWith('em2: 10.0.0.1/24', 'em2: dhcp'),
    '4:40 "dhcp" is no address, and one that changes is not possible',
    'reserves',
  ],
  [
    'white space with stock agents',
    base
      .replace('mount: /srv/nfsha ', 'mount: /srv/my data ')
      .replaceAll('/srv/nfsha', '/srv/my data')
      .concat('group: standard\n'),
    '13:34 "/srv/my data" cannot stand in haresources',
    'lean',
  ],
  ['a node as its client', basePlus('clients: { B: {} }'), '21:12 "B" is a node already', 'its own client'],
  [
    'a mount of nothing exported',
    basePlus('clients: { c: { mounts: [{ export: /srv/nfsha/dat, path: /mnt }] } }'),
    '21:36 "/srv/nfsha/dat" is not exported',
    'did you mean "/srv/nfsha/data"',
  ],
  byAutofs('/nfs/data', 'boot', '/nfs/data', '"/nfs/data" is the path of another mount', 'a path of its own'),
  byAutofs('/data', 'boot', '/mnt/x', 'autofs would stand over /, since "/data"', '/nfs/data'),
  byAutofs('/nfs/data', 'autofs', '/net/x', '"/net/x" does not lie in /nfs', 'a path in /nfs'),
  byAutofs('/nfs/data', 'boot', '/nfs/x/y', 'autofs over /nfs would hide the mount at /nfs/x/y', 'different'),
  byAutofs('/nfs/my data', 'boot', '/mnt/x', '"/nfs/my data" cannot stand in a map', 'letters, digits'),
  byAutofs('/nfs/a:b', 'boot', '/mnt/x', '"/nfs/a:b" cannot stand in a map', 'boot or automount'),
  ['NFS 3 that is not served', mountedWith('hard, vers=3'), '22:81 NFS 3 is not served', 'v3: on'],
  ['NFS 4.0 that is not served', mountedWith('vers=4.0'), '22:75 NFS 4.0 is not served', 'v40: on'],
  ['NFS 2', mountedWith('vers=2'), '22:75 no Linux server has NFS 2', 'vers=4.2'],
  ['a transport that is not served', mountedWith('proto=udp'), '22:75 "proto=udp" is a transport', 'tcp'],
  [
    'a flavour that is not exported',
    mountedWith('sec=krb5p', '[rw, sec=krb5]'),
    '22:75 /srv/nfsha/data is exported by sec=krb5 alone',
    'add krb5p',
  ],
  [
    'a port that the export does not take',
    mountedWith('noresvport'),
    '22:75 "noresvport" asks from a port above 1023',
    'insecure',
  ],
  [
    'a volume that is mounted read-only',
    baseWith('mount: /srv/nfsha }', 'mount: /srv/nfsha, mount-options: [noatime, ro] }'),
    '13:71 "ro" makes the volume read-only',
    'of the export',
  ],
  [
    'a journal beside the volume',
    baseWith('mount: /srv/nfsha }', 'mount: /srv/nfsha, mkfs-options: [-J, device=/dev/sdc] }'),
    '13:65 "device=/dev/sdc" puts the journal on a device that DRBD does not replicate',
    'leave it out',
  ],
  ['a route over no link', basePlus('routes: [em9]'), '21:10 "em9" is not one of the links', 'em1'],
  [
    'no key for heartbeat',
    baseWith('secrets: file:c1.secrets', 'secrets: {}'),
    "20:1 heartbeat's auth sha1 needs a key",
    'nfsha init',
  ],
  [
    'an unknown rule accepted',
    basePlus('accept: [{ lint: no-fence, reason: x }]'),
    '21:18 "no-fence" is not a lint rule',
    'no-fencing',
  ],
  [
    'an acceptance without reason',
    basePlus('accept: [{ lint: no-fencing, reason: "" }]'),
    '21:30 "reason" is empty',
    'Why',
  ],
  ['nothing at all', '', '1:1 the inventory is nothing, not a mapping', 'mapping'],
  ['a list', '- a\n- b\n', '1:1 the inventory is a list, not a mapping', 'mapping'],
]

describe('a mistake is named with its place and the fix:', () => {
  it.each(cases)('%s', async (_, text, shown, fix) => {
    const problems = await problemsOf(text)
    const found = problems.find(problem => problem.shown.startsWith(shown))
    expect(found, problems.map(problem => `${problem.shown} | ${problem.hint}`).join('\n')).toBeDefined()
    expect(found?.hint).toContain(fix)
    expect(problems).toHaveLength(1)
  })
})

it.each([
  mountedWith('vers=3', '[rw]', 'nfs: { v3: on }\n'),
  mountedWith('vers=4, minorversion=0', '[rw]', 'nfs: { v40: on }\n'),
  mountedWith('sec=krb5p', '[rw, sec=krb5:krb5p]'),
  mountedWith('sec=sys, noresvport', '[rw, insecure]'),
])('what the server does serve loads: %#', async text => {
  await expect(loadText(text)).resolves.toBeDefined()
})

describe('all mistakes at once', () => {
  it('come in the order of the file, of text, schema and references together', async () => {
    const text = base
      .replace('em2: 10.0.0.1/24', 'em2: 10.0.0.1/24, em9: 10.9.0.1/24')
      .replace('mount: /srv/nfsha', 'mount: /etc')
      .concat('nfs: { thread: 4 }\ncluster: c2\n')
    const problems = await problemsOf(text)
    expect(problems.map(({ shown }) => shown)).toEqual([
      '4:53 "em9" is not one of the links',
      '13:34 /etc belongs to the system',
      '15:11 /srv/nfsha/data lies on no volume',
      '21:8 unknown key "thread"',
      '22:1 the key "cluster" is written twice',
    ])
  })

  it('leave out what only follows from another', async () => {
    // em2 of a is broken: that a has no em2 is not worth a word.
    const problems = await problemsOf(baseWith('em2: 10.0.0.1/24', 'em2: 10.0.0.1'))
    expect(problems.map(({ shown }) => shown)).toEqual(['4:40 "10.0.0.1" has no prefix length'])
  })

  it('never repeat a secret', async () => {
    const problems = await problemsOf(
      basePlus('ssh: { passphrase: hunter2, becomepassword: hunter2 }').replace('file:c1', 'hunter2'),
    )
    expect(problems.length).toBeGreaterThan(1)
    expect(JSON.stringify(problems)).not.toContain('hunter2')
  })
})

describe('text that is no YAML', () => {
  it.each([
    ['a tab', 'cluster: c1\nnodes:\n\ta: 1\n', 3],
    ['an open bracket', 'cluster: [c1\nnodes: 1\n', 2],
    ['an alias to nothing', 'cluster: *none\n', 1],
    [
      'aliases without end',
      `a: &a [x, x]\n${[...'bcdefghijk'].map((to, index) => `${to}: &${to} [${Array(9).fill(`*${'abcdefghijk'[index]}`).join(', ')}]`).join('\n')}\n`,
      1,
    ],
  ])('%s', async (_, text, line) => {
    const [first] = await problemsOf(text)
    expect(first?.shown).toMatch(new RegExp(`^${line}:\\d+ not valid YAML`))
  })

  it('says which file is missing', async () => {
    const { loadInventory } = await import('../../src/inventory/load.ts')
    const io = { env: {}, cwd: '/nowhere', stdin: { readText: () => Promise.resolve('') } }
    await expect(loadInventory('x.yml', io)).rejects.toMatchObject({
      message: 'the inventory x.yml does not exist',
      code: 'failed',
    })
  })
})

it('meets any text with a cluster or an NfshaError', async () => {
  const lines = base.split('\n')
  const word = fc.constantFrom(
    '',
    '~',
    '[]',
    '{}',
    '1',
    'x',
    '/',
    '10s',
    'a: b',
    '- a',
    '&a',
    '*a',
    '__proto__: 1',
    'on',
    '192.168.0.1/24',
  )
  const mutation = fc.record({ at: fc.nat(lines.length - 1), value: word, whole: fc.boolean() })
  const mutated = fc.array(mutation, { minLength: 1, maxLength: 4 }).map(changes => {
    const copy = [...lines]
    for (const { at, value, whole } of changes) {
      copy[at] = whole ? value : `${/^[^:]*:?/.exec(copy[at] ?? '')?.[0] ?? ''} ${value}`
    }
    return copy.join('\n')
  })
  const text = fc.oneof({ weight: 5, arbitrary: mutated }, { weight: 1, arbitrary: fc.string() })
  await fc.assert(
    fc.asyncProperty(text, async each => {
      try {
        await loadText(each)
      } catch (error) {
        expect(error).toBeInstanceOf(NfshaError)
      }
    }),
    { numRuns: 300 },
  )
})
