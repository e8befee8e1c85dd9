import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { firewall, isAccepted } from '../../src/facts/firewall.ts'
import { interfaces } from '../../src/facts/interface.ts'
import { listeners } from '../../src/facts/listener.ts'
import { reach } from '../../src/facts/reach.ts'
import { answer } from './answer.ts'
import { runProbe } from './run-probe.ts'

describe('interfaces', () => {
  it('finds the loopback of this machine', () => {
    expect(runProbe(interfaces)).toMatchObject({
      value: { lo: { hasCarrier: true, addresses: ['127.0.0.1/8'] } },
    })
  })
  it('reads carrier, MTU and IPv4 addresses', () => {
    const links = [
      {
        ifname: 'em2',
        flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
        mtu: 1500,
        operstate: 'UP',
        addr_info: [
          { family: 'inet', local: '172.16.0.210', prefixlen: 24, broadcast: '172.16.0.255' },
          { family: 'inet', local: '10.0.0.1', prefixlen: 24 },
          { family: 'inet6', local: 'fe80::1', prefixlen: 64 },
        ],
      },
      { ifname: 'em3', flags: ['NO-CARRIER', 'BROADCAST', 'UP'], mtu: 9000, addr_info: [] },
    ]
    expect(answer(interfaces, JSON.stringify(links))).toEqual({
      state: 'present',
      value: {
        em2: {
          hasCarrier: true,
          mtu: 1500,
          addresses: ['10.0.0.1/24', '172.16.0.210/24'],
          lacksBroadcast: ['10.0.0.1/24'],
        },
        em3: { hasCarrier: false, mtu: 9000, addresses: [] },
      },
    })
  })
  it('does not know what is not JSON', () => {
    expect(answer(interfaces, 'Object "addr" is unknown').state).toBe('unknown')
  })
})

describe('reach', () => {
  it.each([
    ['full', { answers: true, takesFullSize: true }],
    ['small', { answers: true, takesFullSize: false }],
    ['none', { answers: false, takesFullSize: false }],
  ])('%s', (word, value) => {
    expect(answer(reach('192.0.2.1'), `${word}\n`)).toEqual({ state: 'present', value })
  })
  it('sends packets of the link’s size over its interface', () => {
    const { script } = reach('172.16.0.2', { nic: 'em2', mtu: 9000 })
    expect(script).toContain("-I em2 -M 'do' -s 8972 172.16.0.2")
  })
  it('does not know without ping', () => {
    const { status, stdout } = spawnSync('/bin/sh', ['-c', reach('192.0.2.1').script], {
      env: { PATH: '/nowhere' },
      encoding: 'utf8',
    })
    expect([status, stdout]).toEqual([1, 'ping is not installed\n'])
  })
})

describe('listeners', () => {
  it('are read from ss, each once', () => {
    const stdout = [
      'udp UNCONN 0      0      192.168.0.210%em1:694   0.0.0.0:*    users:(("heartbeat",pid=2013,fd=9))',
      'udp UNCONN 0      0      172.16.0.210%em2:694   0.0.0.0:*    users:(("heartbeat",pid=2011,fd=8))',
      'tcp LISTEN 0      64            0.0.0.0:2049  0.0.0.0:*          ',
      'tcp LISTEN 0      64               [::]:2049     [::]:*          ',
      'tcp LISTEN 0      128           0.0.0.0:22    0.0.0.0:*    users:(("sshd",pid=300,fd=3))',
      '',
    ].join('\n')
    expect(answer(listeners, stdout)).toEqual({
      state: 'present',
      value: [
        { protocol: 'tcp', port: 22, program: 'sshd' },
        { protocol: 'udp', port: 694, program: 'heartbeat' },
        { protocol: 'tcp', port: 2049, program: '' },
      ],
    })
  })
})

/** As `nft -j list ruleset` prints it (nftables 1.0.6), shortened. */
function ruleset(policy: string, rules: readonly object[]): string {
  const chain = {
    family: 'inet',
    table: 'filter',
    name: 'input',
    type: 'filter',
    hook: 'input',
    prio: 0,
    policy,
  }
  return JSON.stringify({
    nftables: [
      { metainfo: { version: '1.0.6' } },
      { table: { family: 'inet', name: 'filter' } },
      { chain },
      ...rules.map(expr => ({ rule: { family: 'inet', table: 'filter', chain: 'input', expr } })),
    ],
  })
}

function dport(right: unknown, protocol = 'tcp') {
  return { match: { op: '==', left: { payload: { protocol, field: 'dport' } }, right } }
}

describe('firewall', () => {
  it.each([
    ['no rule at all', ''],
    ['an empty rule set', '{"nftables": [{"metainfo": {}}]}'],
    ['a chain that lets all in', ruleset('accept', [[dport(22), { accept: null }]])],
  ])('is absent with %s', (_, json) => {
    expect(answer(firewall, `${json}\n---\n`)).toEqual({ state: 'absent' })
  })

  it('lists the ports that rules let in', () => {
    const json = ruleset('drop', [
      [dport(22), { accept: null }],
      [dport({ set: [2049, { range: [7788, 7799] }] }), { counter: null }, { accept: null }],
      [dport(694, 'udp'), { accept: null }],
      [dport(111, 'th'), { accept: null }],
      [dport(23), { drop: null }],
    ])
    const fact = answer(firewall, `${json}\n---\n`)
    expect(fact).toEqual({
      state: 'present',
      value: {
        filters: true,
        accepted: ['tcp/111', 'tcp/2049', 'tcp/22', 'tcp/7788-7799', 'udp/111', 'udp/694'],
      },
    })
    const value = fact.state === 'present' ? fact.value : { filters: true, accepted: [] }
    expect(isAccepted(value, 'tcp', 7790)).toBe(true)
    expect(isAccepted(value, 'tcp', 7800)).toBe(false)
    expect(isAccepted(value, 'udp', 2049)).toBe(false)
  })

  it('filters by a rule where the policy accepts', () => {
    const json = ruleset('accept', [[{ reject: { type: 'icmp' } }]])
    expect(answer(firewall, `${json}\n---\n`)).toMatchObject({ value: { filters: true } })
  })

  it('reads iptables-legacy as well', () => {
    const text =
      '*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -p udp -m multiport --dports 694,2000:2010 -j ACCEPT\nCOMMIT\n'
    expect(answer(firewall, `\n---\n${text}`)).toEqual({
      state: 'present',
      value: { filters: true, accepted: ['tcp/22', 'udp/2000-2010', 'udp/694'] },
    })
  })

  it('does not know what is not JSON', () => {
    expect(answer(firewall, 'nonsense\n---\n').state).toBe('unknown')
  })
})
