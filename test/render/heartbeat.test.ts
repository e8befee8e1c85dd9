import { describe, expect, it } from 'vitest'
import { NfshaError } from '../../src/core/error.ts'
import { Secret } from '../../src/core/secret.ts'
import type { HeartbeatSettings } from '../../src/core/settings.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { shown } from './tree.ts'
import { variants } from './variants.ts'

const example = exampleCluster()

function variant(name: string) {
  const cluster = variants[name]
  if (cluster === undefined) throw new TypeError(`no variant ${name}`)
  return cluster
}

/** ha.cf with other settings, without its comments. */
function haCf(settings: Partial<HeartbeatSettings>): readonly string[] {
  const cluster = exampleCluster({ heartbeat: { ...example.heartbeat, ...settings } })
  return shown('etc/ha.d/ha.cf', cluster)
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
}

describe('ha.cf', () => {
  it('has its lines in an order that heartbeat accepts: logging, port and baud, media', () => {
    const lines = haCf({
      media: [
        { kind: 'ucast', link: 'em2' },
        { kind: 'serial', device: '/dev/ttyS1', baud: 115200 },
      ],
    })
    const place = (start: string) => lines.findIndex(line => line.startsWith(start))
    const order = ['logfile', 'debugfile', 'logfacility', 'udpport', 'ucast', 'baud', 'serial'].map(place)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    expect(order).not.toContain(-1)
  })

  it.each([
    [1000, 'deadtime 1'],
    [30_000, 'deadtime 30'],
    [1500, 'deadtime 1500ms'],
    [900, 'deadtime 900ms'],
  ])('writes %i ms as "%s"', (deadtimeMs, line) => {
    expect(haCf({ deadtimeMs })).toContain(line)
  })

  it.each<[HeartbeatSettings['media'], readonly string[]]>([
    [[{ kind: 'ucast', link: 'em2' }], ['ucast em2 172.16.0.210', 'ucast em2 172.16.0.211']],
    [[{ kind: 'bcast', link: 'em2' }], ['bcast em2']],
    [
      [{ kind: 'mcast', link: 'em3', group: '225.0.0.1', port: 694, ttl: 1, loop: 0 }],
      ['mcast em3 225.0.0.1 694 1 0'],
    ],
    [[{ kind: 'serial', device: '/dev/ttyS0', baud: 19200 }], ['baud 19200', 'serial /dev/ttyS0']],
  ])('writes the media %j', (media, lines) => {
    expect(haCf({ media }).filter(line => /^(ucast|bcast|mcast|serial|baud)/.test(line))).toEqual(lines)
  })

  it('is the same on both nodes, but for NICs that differ', () => {
    const of = (name: string) => variant(name).nodes.map(node => shown('etc/ha.d/ha.cf', variant(name), node))
    const [first, second] = of('plain')
    expect(first).toBe(second)
    const [here, there] = of('NICs differ')
    expect(there).toBe(here?.replaceAll('ucast em1', 'ucast ens3'))
  })

  it.each<[HeartbeatSettings['pingGroups'], readonly string[]]>([
    [[], []],
    [[['192.168.0.1']], ['deadping 10', 'ping 192.168.0.1']],
    [
      [['192.168.0.1'], ['10.0.0.1', '10.0.0.2']],
      ['deadping 10', 'ping 192.168.0.1', 'ping_group group2 10.0.0.1 10.0.0.2'],
    ],
  ])('pings %j', (pingGroups, lines) => {
    expect(haCf({ pingGroups }).filter(line => /ping/.test(line) && !/ipfail/.test(line))).toEqual(lines)
  })

  it.each<[Partial<HeartbeatSettings>, string, boolean]>([
    [{ autoFailback: true }, 'auto_failback on', true],
    [{ autoFailback: false }, 'auto_failback off', true],
    [{ watchdog: 'softdog' }, 'watchdog /dev/watchdog', true],
    [{ watchdog: 'device' }, 'watchdog /dev/watchdog', true],
    [{ watchdog: 'off' }, 'watchdog /dev/watchdog', false],
    [{ logFacility: 'none' }, 'logfacility none', false],
    [{ ipfail: true }, 'respawn hacluster /usr/libexec/heartbeat/ipfail', true],
    [{ ipfail: false }, 'respawn hacluster /usr/libexec/heartbeat/ipfail', false],
    [{}, 'crm no', true],
    [{}, 'autojoin none', true],
  ])('with %j: "%s" is %s', (settings, line, isThere) => {
    expect(haCf(settings).includes(line)).toBe(isThere)
  })
})

describe('authkeys', () => {
  it('has one signed key, or crc without one', () => {
    const of = (auth: HeartbeatSettings['auth']) =>
      shown('etc/ha.d/authkeys', exampleCluster({ heartbeat: { ...example.heartbeat, auth } }))
    expect(of({ method: 'md5', key: new Secret('authkey', 'k') })).toMatch(
      /\nauth 1\n1 md5 <secret authkey>\n$/,
    )
    expect(of({ method: 'crc' })).toMatch(/\nauth 1\n1 crc\n$/)
  })
})

describe('haresources', () => {
  /** Its one line. */
  function line(name: string, node = variant(name).nodes[0]): string | undefined {
    return shown('etc/ha.d/haresources', variant(name), node).trimEnd().split('\n').at(-1)
  }

  it.each([
    ['plain', 'M1.redhat.sx nfsha::m1-m2'],
    [
      'standard chain',
      'M1.redhat.sx drbddisk::data Filesystem::/dev/drbd0::/srv/nfsha::ext4::noatime,errors=continue nfsha::m1-m2 IPaddr2::192.168.0.219/24/em1',
    ],
  ])('is byte-identical on both nodes: %s', (name, expected) => {
    expect(variant(name).nodes.map(node => line(name, node))).toEqual([expected, expected])
    const [first, second] = variant(name).nodes.map(node =>
      shown('etc/ha.d/haresources', variant(name), node),
    )
    expect(first).toBe(second)
  })

  it('begins with the preferred node', () => {
    const text = shown('etc/ha.d/haresources', exampleCluster({ preferredNode: 'M2.redhat.sx' }))
    expect(text).toContain('\nM2.redhat.sx nfsha::m1-m2\n')
  })

  it('names no NIC where the nodes have different ones', () => {
    const cluster = { ...variant('NICs differ'), group: 'standard' as const }
    expect(shown('etc/ha.d/haresources', cluster)).toMatch(/ IPaddr2::192\.168\.0\.219\/24\n$/)
  })

  it('has the address first where a drill wants it so', () => {
    const cluster = { ...variant('no remedies'), group: 'standard' as const }
    expect(shown('etc/ha.d/haresources', cluster)).toMatch(/\nM1\.redhat\.sx IPaddr2::\S+ drbddisk::data/)
  })

  it('is refused for a mount point that it cannot say', () => {
    const render = () => shown('etc/ha.d/haresources', { ...variant('odd paths'), group: 'standard' })
    expect(render).toThrow(NfshaError)
    expect(render).toThrow(/volume data cannot stand in haresources/)
  })

  it('takes any mount point with the lean group, whose script knows it', () => {
    expect(line('odd paths')).toBe('M1.redhat.sx nfsha::m1-m2')
  })
})

describe('the drop-in of heartbeat.service', () => {
  const text = shown('etc/systemd/system/heartbeat.service.d/nfsha.conf', example)

  it('clears PIDFile=, and is ordered after DRBD and never after what the group script starts', () => {
    expect(text).toMatch(/^PIDFile=$/m)
    expect(text).toMatch(
      /^After=network-online\.target drbd\.service drbd@data\.target nfs-server\.service$/m,
    )
    expect(text.replaceAll(/^#.*$/gm, '')).not.toMatch(/nfsdcld|statd/)
  })

  it('replaces the start command, so that there is one', () => {
    expect(text).toMatch(/\nExecStart=\nExecStart=\/usr\/libexec\/heartbeat\/heartbeat\n/)
  })

  it('waits for every volume and loads softdog where it is the watchdog', () => {
    const of = (name: string) => shown('etc/systemd/system/heartbeat.service.d/nfsha.conf', variant(name))
    expect(of('two volumes')).toContain(' drbd@data.target drbd@media.target nfs-server.service\n')
    expect(of('words of sh and systemd')).toContain(
      ' drbd@nfs\\x2ddata.target drbd@esac.target nfs-server.service\n',
    )
    expect(of('softdog')).toContain('ExecStartPre=-/sbin/modprobe softdog\n')
    expect(text).not.toContain('softdog')
  })
})
