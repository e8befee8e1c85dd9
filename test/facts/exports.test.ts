import { describe, expect, it } from 'vitest'
import { canonicalOptions, unescapePath } from '../../src/facts/export-options.ts'
import { exportsServed, parseExports } from '../../src/facts/exports.ts'

const fsid = '01234567-89ab-cdef-0123-456789abcdef'

describe('canonicalOptions', () => {
  // Left: as a file has it. Right: as exportfs -s of nfs-utils 2.6.2 shows it on a node that serves.
  it.each([
    [
      `rw,sync,no_subtree_check,fsid=${fsid},mp=/srv`,
      `sync,wdelay,hide,no_subtree_check,fsid=${fsid},mountpoint=/srv,sec=sys,rw,secure,root_squash,no_all_squash`,
    ],
    [
      'ro,no_root_squash,fsid=5,insecure,crossmnt,anonuid=7',
      'sync,wdelay,hide,crossmnt,no_subtree_check,fsid=5,anonuid=7,sec=sys,ro,insecure,no_root_squash,no_all_squash',
    ],
    ['', 'sync,wdelay,hide,no_subtree_check,sec=sys,ro,secure,root_squash,no_all_squash'],
    ['rw,async,sec=krb5:sys', 'async,wdelay,hide,no_subtree_check,sec=krb5:sys,rw,root_squash,no_all_squash'],
    [`fsid=${fsid.toUpperCase()}`, `fsid=${fsid}`],
    ['fsid=root', 'fsid=0'],
    ['rw, sync ,rw', 'rw'],
  ])('brings %j and what is shown of it together', (written, shown) => {
    expect(canonicalOptions(written)).toEqual(canonicalOptions(shown))
  })

  it.each([
    ['rw', 'ro'],
    ['rw', 'rw,all_squash'],
    ['rw', 'rw,async'],
    ['rw,fsid=1', 'rw,fsid=2'],
    ['rw,mp=/srv', 'rw,mp=/data'],
    ['rw,root_squash', 'rw,no_root_squash'],
  ])('tells %j from %j', (one, other) => {
    expect(canonicalOptions(one)).not.toEqual(canonicalOptions(other))
  })
})

describe('unescapePath', () => {
  it.each([
    ['/srv/a\\040b', '/srv/a b'],
    ['/srv/gr\\303\\266\\303\\237e', '/srv/größe'],
    ['/srv/plain', '/srv/plain'],
  ])('reads %s', (escaped, path) => expect(unescapePath(escaped)).toBe(path))
})

describe('parseExports', () => {
  it('reads clients, quoted paths, continued lines and comments', () => {
    const text = [
      '# a comment',
      '/srv/x 192.168.0.0/24(rw,fsid=1) @group(ro) *',
      '"/srv/a b"  10.0.0.0/8(rw) \\',
      '  c1.example.net(rw)',
      '',
    ].join('\n')
    expect(parseExports(text)).toEqual([
      { path: '/srv/a b', client: '10.0.0.0/8', options: ['rw'] },
      { path: '/srv/a b', client: 'c1.example.net', options: ['rw'] },
      { path: '/srv/x', client: '*', options: [] },
      { path: '/srv/x', client: '192.168.0.0/24', options: ['fsid=1', 'rw'] },
      { path: '/srv/x', client: '@group', options: [] },
    ])
  })
})

describe('exportsServed', () => {
  it('tells what is served from what the administrator exports', () => {
    const stdout = [
      'served /srv/a\\040b  10.0.0.0/8(async,wdelay,hide,no_subtree_check,sec=sys,rw,root_squash,no_all_squash)',
      'served /home  *(sync,wdelay,hide,no_subtree_check,sec=sys,ro,secure,root_squash,no_all_squash)',
      'elsewhere /home *(ro)',
      'elsewhere "/opt/x y" *(ro)',
    ].join('\n')
    expect(exportsServed('/etc/exports.d/nfsha.exports').parse({ stdout, exitCode: 0 })).toEqual({
      state: 'present',
      value: {
        served: [
          { path: '/home', client: '*', options: [] },
          { path: '/srv/a b', client: '10.0.0.0/8', options: ['async', 'rw'] },
        ],
        elsewhere: ['/home', '/opt/x y'],
      },
    })
  })
})
