import { describe, expect, it } from 'vitest'
import type { Cluster, Node } from '../../src/core/cluster.ts'
import { absent, type Fact, present, unknown } from '../../src/core/fact.ts'
import { drbdOf } from '../../src/facts/group.ts'
import { dataCapacity, type VolumeSize } from '../../src/facts/volume-size.ts'
import formerVips from '../../src/steps/former-vips.ts'
import formerVolumes from '../../src/steps/former-volumes.ts'
import volumeGrow from '../../src/steps/volume-grow.ts'
import { cluster, drbd, givenOn, m1, m2 } from './storage-fixture.ts'

const mib = 1024 * 1024
const held = { 'hold marker': absent(), hold: absent() }
const side = (host: Node, facts: object) => ({ host, facts: { ...held, ...facts } as never })

describe('a VIP that is gone from the inventory', () => {
  const vips = { ...cluster, vips: [] } as unknown as Cluster
  const diff = (former: Fact<unknown>) =>
    formerVips.diff(givenOn(m1, { cluster: vips }), side(m1, { former }), side(m2, { former: present([]) }))

  it('is taken off the node that has it', () => {
    expect(diff(present([{ address: '192.0.2.7/24', nic: 'em1', clients: [] }]))).toMatchObject({
      kind: 'change',
      symbol: '-',
      risk: 'safe',
      actions: [{ argv: ['ip', 'address', 'delete', '192.0.2.7/24', 'dev', 'em1'] }],
    })
  })

  it('stays while clients are connected to it, and they are named', () => {
    expect(diff(present([{ address: '192.0.2.7/24', nic: 'em1', clients: ['192.0.2.1'] }]))).toMatchObject({
      kind: 'refusal',
      id: 'address-in-use',
      reason: '192.0.2.1 is connected to 192.0.2.7, which is no longer in the inventory',
    })
  })

  it('is never guessed', () => {
    expect(diff(unknown('ip is broken'))).toMatchObject({ kind: 'refusal', id: 'unknown-addresses' })
    expect(diff(present([]))).toEqual({ kind: 'in-sync' })
  })
})

describe('a volume that is gone from the inventory', () => {
  const logs = { name: 'logs', minor: 1, role: 'Primary', mountedAt: ['/srv/logs'] }
  const server = (clientDatabase: string) => present({ clientDatabase })
  const diff = (former: Fact<unknown>, database = '/srv/nfsha/.nfsha/nfsdcld') =>
    formerVolumes.diff(
      givenOn(m1),
      side(m1, { former, server: server(database) }),
      side(m2, { former: present([]), server: absent() }),
    )

  it('is given up in one deed, its data kept', () => {
    const change = diff(present([logs]))
    if (change.kind !== 'change') throw new Error(change.kind)
    const [action] = change.actions
    if (action?.kind !== 'script') throw new Error('a script')
    const order = [
      'umount /srv/logs',
      'drbdadm down logs',
      'disable --now drbd@logs.target',
      'rm -f "$target"',
    ]
    const places = order.map(words => action.script.indexOf(words))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((one, other) => one - other))
    expect(action.script).not.toMatch(/wipe|mkfs|create-md/)
    expect(change.expect.self?.map(({ fact }) => fact)).toEqual([present([])])
  })

  it('stays when it carries the state of the NFS server', () => {
    expect(diff(present([logs]), '/srv/logs/.nfsha/nfsdcld')).toMatchObject({
      kind: 'refusal',
      id: 'state-volume',
    })
  })

  it('is never guessed', () => {
    expect(diff(unknown('no answer')).kind).toBe('refusal')
    expect(diff(absent())).toEqual({ kind: 'in-sync' })
  })
})

describe('a volume whose disks have grown', () => {
  const size = (backing: number, device: number, fileSystem?: number): Fact<VolumeSize> =>
    present({
      backing: backing * mib,
      device: dataCapacity(device * mib),
      ...(fileSystem !== undefined && { fileSystem: dataCapacity(fileSystem * mib) }),
    })
  const whole = present(drbd('Connected Primary/Secondary UpToDate/UpToDate'))
  const diff = (self: Fact<VolumeSize>, peer: Fact<VolumeSize>, status: Fact<unknown> = whole) =>
    volumeGrow.diff(givenOn(m1), side(m1, { size: self, status }), side(m2, { size: peer, status }))

  it('grows on the active node, device and file system', () => {
    const change = diff(size(300, 160, 160), size(400, 160))
    if (change.kind !== 'change') throw new Error(change.kind)
    expect(change).toMatchObject({ risk: 'safe', summary: 'grow data from 160.0 MiB to 300.0 MiB' })
    const [action] = change.actions
    expect(action?.kind === 'script' && action.script).toContain('resize2fs /dev/drbd0')
    const [self] = change.expect.self ?? []
    const [peer] = change.expect.peer ?? []
    expect(
      volumeGrow.diff(
        givenOn(m1),
        side(m1, { size: self?.fact, status: whole }),
        side(m2, { size: peer?.fact, status: whole }),
      ).kind,
    ).toBe('in-sync')
  })

  it('goes on with the file system where only that was left', () => {
    expect(diff(size(300, 300, 160), size(300, 300)).kind).toBe('change')
  })

  it.each([
    ['on the passive node', size(300, 160), size(300, 160, 160), whole, undefined],
    ['while one disk is still small', size(300, 160, 160), size(160, 160), whole, /140.0 MiB more/],
    [
      'while one side is not up to date',
      size(300, 160, 160),
      size(300, 160),
      present(drbd('SyncSource Primary/Secondary UpToDate/Inconsistent')),
      /UpToDate/,
    ],
    ['when nothing has grown', size(160, 160, 160), size(160, 160), whole, undefined],
    ['while DRBD is down', absent(), absent(), whole, undefined],
  ] as const)('does nothing %s', (_, self, peer, status, note) => {
    const found = diff(self, peer, status)
    expect(found.kind).toBe('in-sync')
    if (note !== undefined) expect(found.kind === 'in-sync' && found.note).toMatch(note)
  })

  it('is never guessed', () => {
    expect(diff(unknown('dumpe2fs failed'), size(300, 160))).toMatchObject({ id: 'unknown-size' })
  })

  it('asks the same about DRBD as everybody', () => {
    const reads = volumeGrow.reads(givenOn(m1))
    expect(Object.values(reads).map(({ id }) => id)).toContain(
      drbdOf(cluster, cluster.volumes[0] ?? never()).id,
    )
  })
})

function never(): never {
  throw new Error('the cluster has a volume')
}
