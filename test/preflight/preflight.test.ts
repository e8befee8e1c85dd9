import { describe, expect, it } from 'vitest'
import { absent, type Fact, type Facts, present, unknown } from '../../src/core/fact.ts'
import type { Probe } from '../../src/core/probe.ts'
import { addressName } from '../../src/facts/address-name.ts'
import { characterDevice } from '../../src/facts/device.ts'
import { type DrbdMetadata, drbdMetadata } from '../../src/facts/drbd-metadata.ts'
import { file } from '../../src/facts/file.ts'
import { volumeContents } from '../../src/facts/filesystem.ts'
import { firewall } from '../../src/facts/firewall.ts'
import { interfaces } from '../../src/facts/interface.ts'
import { kernelModule } from '../../src/facts/module.ts'
import { heartbeatUuid, unattendedUpgrades } from '../../src/facts/security.ts'
import { clock } from '../../src/facts/time.ts'
import { unit } from '../../src/facts/unit.ts'
import { vipUser } from '../../src/facts/vip-user.ts'
import type { CheckResult } from '../../src/preflight/check.ts'
import { evaluate, preflightProbes } from '../../src/preflight/preflight.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { running } from '../fixtures/os-facts.ts'
import { usedMetadata } from '../steps/storage-fixture.ts'
import { cases, nfs, onDisk, sdb, state } from './cases.ts'
import { blankPair, livePair, say } from './fine-facts.ts'

const cluster = exampleCluster()
const [first, second] = cluster.nodes
const [volume] = cluster.volumes
const [vip] = cluster.vips
if (volume === undefined || vip === undefined) throw new TypeError('the example has a volume and a VIP')

function notOk(results: readonly CheckResult[]): readonly CheckResult[] {
  return results.filter(({ result }) => result !== 'ok')
}

/** Facts with one of the first node's replaced. */
function withFact<T>(facts: Facts, probe: Probe<T>, fact: Fact<T>): Facts {
  return { ...facts, [first.name]: { ...facts[first.name], [probe.id]: fact } }
}

describe('check', () => {
  it.each([
    ['blank', blankPair(cluster)],
    ['live', livePair(cluster)],
  ])('is content with a %s pair', (_, facts) => {
    expect(notOk(evaluate(cluster, facts))).toEqual([])
  })

  it('covers both nodes and asks each question once', () => {
    for (const [host, probes] of Object.entries(preflightProbes(cluster))) {
      const ids = probes.map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(Object.keys(blankPair(cluster)[host] ?? {}).sort()).toEqual(ids.sort())
    }
  })

  it('says once that a node does not answer, and still looks at the other', () => {
    const facts = { ...blankPair(cluster), [first.name]: {} }
    const results = evaluate(cluster, facts)
    expect(results.filter(({ node }) => node === first.name)).toEqual([
      expect.objectContaining({ check: 'reachable', result: 'fail' }),
    ])
    expect(results.filter(({ node, result }) => node === second.name && result === 'fail')).toEqual([])
  })

  it('calls what was not read unknown, never fine and never wrong', () => {
    for (const probe of preflightProbes(cluster)[first.name] ?? []) {
      if (probe.id === 'os') continue
      const results = evaluate(cluster, withFact(blankPair(cluster), probe, unknown('took too long')))
      const own = notOk(results).filter(({ node }) => node === first.name)
      // These only explain another fact: a clock that is not synchronised, an NFS server that runs,
      // a signature on a disk. No watchdog is asked for.
      if (/^unit:(?:chrony|heartbeat)|^drbd-metadata:|^volume-contents:|softdog|watchdog/.test(probe.id))
        continue
      expect(
        own.map(({ result }) => result),
        probe.id,
      ).not.toEqual([])
      expect(
        own.every(({ result, fix }) => result === 'unknown' && fix !== undefined),
        probe.id,
      ).toBe(true)
    }
  })
})

describe('each check', () => {
  it.each(cases)('%s', (_, probe, fact, check, result, message) => {
    const found = notOk(evaluate(cluster, withFact(blankPair(cluster), probe, fact))).filter(
      finding => finding.node === first.name,
    )
    expect(found).toEqual([
      {
        node: first.name,
        check,
        result,
        message: expect.stringMatching(message),
        fix: expect.stringMatching(/\w/),
      },
    ])
  })

  it.each([
    ['the one that is not synchronised', true, false, [[second.name, /^on M2.*: chronyc makestep;/]]],
    [
      'the one that is not synchronised, the first',
      false,
      true,
      [[first.name, /^on M1.*: chronyc makestep;/]],
    ],
    ['neither, where both are', true, true, [[first.name, /^compare both with a clock that you trust/]]],
    ['neither, where none is', false, false, [[first.name, /^compare both/]]],
  ] as const)('clocks that are apart: blames %s, and never ends a deploy', (_, one, other, told) => {
    const at = (name: string, nowMs: number, isSynchronised: boolean) => ({
      [name]: { ...livePair(cluster)[name], [clock.id]: present({ nowMs, isSynchronised }) },
    })
    const now = 1_763_641_234_567
    const facts = { ...at(first.name, now, one), ...at(second.name, now + 7_200_000, other) }
    const found = notOk(evaluate(cluster, facts)).filter(({ check }) => check === 'clock')
    expect(found).toEqual(
      told.map(([node, fix]) =>
        expect.objectContaining({ node, result: 'warn', fix: expect.stringMatching(fix) }),
      ),
    )
  })

  it.each([
    ['here', { by: 'here' }],
    ['the peer', { by: 'peer' }],
    ['the peer, from another interface', { by: 'other', mac: '52:54:00:00:00:02' }],
  ] as const)('a VIP that answers from %s, though nobody had it a moment before, is ours', (_, user) => {
    const pair = blankPair(cluster)
    const nic = { hasCarrier: true, mtu: 1500, addresses: [], mac: '52:54:00:00:00:02' }
    const known = pair[second.name]?.[interfaces.id] as ReturnType<typeof interfaces.parse>
    const found = present({ ...(known.state === 'present' ? known.value : {}), em9: nic })
    const facts = {
      ...pair,
      [first.name]: {
        ...pair[first.name],
        [vipUser(vip, second.links[vip.link]?.address ?? '').id]: present(user),
      },
      [second.name]: { ...pair[second.name], [interfaces.id]: found },
    }
    expect(notOk(evaluate(cluster, facts))).toEqual([])
  })

  it('cloned machines', () => {
    const same = present('00112233445566778899aabbccddeeff')
    const facts = Object.fromEntries(
      Object.entries(livePair(cluster)).map(([name, known]) => [
        name,
        { ...known, [heartbeatUuid.id]: same },
      ]),
    )
    expect(notOk(evaluate(cluster, facts)).map(({ check }) => check)).toEqual([
      'heartbeat-identity',
      'heartbeat-identity',
    ])
  })

  it('an address without a broadcast address, where heartbeats are broadcast', () => {
    const media = [{ kind: 'bcast' as const, link: 'em2' }]
    const broadcasting = exampleCluster({ heartbeat: { ...cluster.heartbeat, media } })
    const facts = blankPair(broadcasting)
    const known = facts[first.name]?.[interfaces.id] as ReturnType<typeof interfaces.parse>
    const em2 = known.state === 'present' ? known.value.em2 : undefined
    if (known.state !== 'present' || em2 === undefined) throw new TypeError('the blank pair has em2')
    const lacking = present({ ...known.value, em2: { ...em2, lacksBroadcast: em2.addresses } })
    const linksOf = (of: typeof cluster) =>
      evaluate(of, withFact(facts, interfaces, lacking)).filter(
        ({ check, result }) => check === 'links' && result === 'fail',
      )
    expect(linksOf(broadcasting)).toEqual([
      expect.objectContaining({
        node: first.name,
        message: expect.stringContaining('has no broadcast address'),
        fix: expect.stringContaining('ip addr add 172.16.0.210/24 broadcast + dev em2'),
      }),
    ])
    expect(linksOf(cluster)).toEqual([])
  })

  it('a firewall that lets all in is fine, as ranges too', () => {
    const open = present({ filters: true, accepted: ['tcp/2000-8000', 'udp/694'] })
    expect(notOk(evaluate(cluster, withFact(blankPair(cluster), firewall, open)))).toEqual([])
  })

  it('upgrades that leave ours alone are fine', () => {
    const fact = present({ isOn: true, blacklist: ['heartbeat$', 'drbd', 'nfs-.*', 'rpcbind', '('] })
    expect(notOk(evaluate(cluster, withFact(blankPair(cluster), unattendedUpgrades, fact)))).toEqual([])
  })

  it('a stale line in our own block is left to the step that mends it', () => {
    const content = `127.0.0.1 localhost\n# BEGIN nfsha ${cluster.name}\n10.0.0.9 ${first.name}\n# END nfsha ${cluster.name}\n`
    const fact = present({ kind: 'file' as const, mode: '0644', owner: 'root:root', content })
    expect(notOk(evaluate(cluster, withFact(blankPair(cluster), file('/etc/hosts'), fact)))).toEqual([])
  })

  it('a volume that a teardown left on both disks is fine, and one on this disk alone is not', () => {
    const left = (node: typeof first, metadata: DrbdMetadata) => [
      say(drbdMetadata(cluster, node, volume), present(metadata)),
      say(volumeContents(node.disks[volume.name] ?? ''), present([{ type: 'ext4', label: 'nfsha-data' }])),
    ]
    const foreign: DrbdMetadata = { ...usedMetadata, lineage: 'none' }
    const facts = blankPair(cluster)
    const mine = { ...facts[first.name], ...Object.fromEntries(left(first, foreign)) }
    const theirs = { ...facts[second.name], ...Object.fromEntries(left(second, foreign)) }
    expect(notOk(evaluate(cluster, { [first.name]: mine, [second.name]: theirs }))).toEqual([])
    expect(notOk(evaluate(cluster, { ...facts, [first.name]: mine }))).toMatchObject([
      { node: first.name, check: 'disk', result: 'warn' },
    ])
  })

  it('metadata that nothing here can read yet are unknown', () => {
    const facts = withFact(
      withFact(
        blankPair(cluster),
        sdb,
        onDisk({ blank: false, signatures: [{ type: 'drbd', offset: '0x1' }] }),
      ),
      drbdMetadata(cluster, first, volume),
      unknown('drbdmeta is not installed'),
    )
    expect(notOk(evaluate(cluster, facts))).toMatchObject([{ check: 'disk', result: 'unknown' }])
  })

  it.each([
    ['softdog', /the module softdog is not there/],
    ['device', /\/dev\/watchdog is not there/],
  ] as const)('a missing watchdog (%s)', (watchdog, message) => {
    const watched = exampleCluster({ heartbeat: { ...cluster.heartbeat, watchdog } })
    const facts = withFact(blankPair(watched), kernelModule('softdog'), absent())
    const found = notOk(evaluate(watched, facts)).filter(({ node }) => node === first.name)
    expect(found).toMatchObject([
      { check: 'devices', result: 'warn', message: expect.stringMatching(message) },
    ])
  })

  it.each([
    [present('there' as const), 'ok'],
    [absent(), 'fail'],
    [unknown('it is a directory'), 'unknown'],
  ])('a serial port that is %j', (fact, result) => {
    const media = [...cluster.heartbeat.media, { kind: 'serial' as const, device: '/dev/ttyS1', baud: 19200 }]
    const wired = exampleCluster({ heartbeat: { ...cluster.heartbeat, media } })
    const facts = withFact(blankPair(wired), characterDevice('/dev/ttyS1'), fact)
    const found = evaluate(wired, facts).filter(
      ({ node, check }) => node === first.name && check === 'devices',
    )
    expect(found).toMatchObject([{ result, message: expect.stringContaining('/dev/ttyS1') }])
  })

  it.each([
    [present('nfs.example'), 'ok', /is nfs\.example/],
    [absent(), 'ok', /no name/],
    [
      unknown('Temporary failure in name resolution'),
      'warn',
      /\(Temporary failure in name resolution\): no client of NFS 3/,
    ],
  ])('a VIP whose name is %j, where /etc/hosts is not ours', (fact, result, message) => {
    const unmanaged = exampleCluster({ hostsEntries: [], nfs: { ...cluster.nfs, v3: true } })
    const { address } = vip
    const facts = withFact(blankPair(unmanaged), addressName(address), fact)
    const found = evaluate(unmanaged, facts).filter(
      ({ node, check }) => node === first.name && check === 'vip-name',
    )
    expect(found).toMatchObject([{ result, message: expect.stringMatching(message) }])
    expect(found[0]?.fix ?? `${address} ${address}`).toContain(`${address} ${address}`)
  })

  it.each([
    ['where nfsha names it', { nfs: { ...cluster.nfs, v3: true } }],
    ['where NFS 3 is not served', { hostsEntries: [], nfs: { ...cluster.nfs, v3: false } }],
    [
      'where no lock is recovered',
      { hostsEntries: [], nfs: { ...cluster.nfs, v3: true, lockRecovery: false } },
    ],
  ])("a VIP's name is not asked for %s", (_case, more) => {
    expect(preflightProbes(exampleCluster(more))[first.name]?.map(({ id }) => id)).not.toContain(
      addressName(vip.address).id,
    )
  })

  it('an NFS server that heartbeat started is ours', () => {
    const facts = withFact(blankPair(cluster), nfs, state({ active: 'active' }))
    const live = withFact(facts, unit('heartbeat.service'), running)
    expect(notOk(evaluate(cluster, live))).toEqual([])
  })
})
