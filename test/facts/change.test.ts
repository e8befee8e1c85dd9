import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { present, unknown } from '../../src/core/fact.ts'
import { exportUsers } from '../../src/facts/export-users.ts'
import { formerVips, formerVolumes } from '../../src/facts/former.ts'
import { groupMember } from '../../src/facts/group-member.ts'
import { mountsOf } from '../../src/facts/mount.ts'
import { mountdKnows } from '../../src/facts/mountd.ts'
import { dataCapacity, volumeSize } from '../../src/facts/volume-size.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { m1, volume } from '../steps/storage-fixture.ts'
import { answer } from './answer.ts'
import { runProbe } from './run-probe.ts'

const cluster = exampleCluster()
const probes = [
  formerVolumes(cluster),
  formerVips(cluster),
  exportUsers(cluster),
  exportUsers({ ...cluster, exports: [] }),
  mountdKnows(cluster),
  mountdKnows({ ...cluster, exports: [] }),
  groupMember(cluster.platform.paths, volume),
  mountsOf(volume.device),
  volumeSize(m1, volume),
  volumeSize(m1, { ...volume, fsType: 'xfs', mountPoint: "/srv/it's a place" }),
]

describe('the questions about changes', () => {
  it.each(probes.map(probe => [probe.id, probe.script] as const))('pass shellcheck: %s', (_, script) => {
    const { stdout } = spawnSync('shellcheck', ['-s', 'sh', '-S', 'warning', '-'], {
      input: script,
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
  })
})

describe('former volumes', () => {
  it('are what DRBD files of ours still name', () => {
    expect(
      answer(
        formerVolumes(cluster),
        'volume logs 1 Primary\nmount /srv/lo\\040gs\nvolume old 2 Unconfigured\n',
      ),
    ).toEqual(
      present([
        { name: 'logs', minor: 1, role: 'Primary', mountedAt: ['/srv/lo gs'] },
        { name: 'old', minor: 2, role: 'down', mountedAt: [] },
      ]),
    )
    expect(answer(formerVolumes(cluster), '')).toEqual(present([]))
  })

  it('are absent where DRBD is not installed', () => {
    const elsewhere = { ...cluster.platform, paths: { ...cluster.platform.paths, drbdDir: '/nowhere' } }
    expect(runProbe(formerVolumes({ ...cluster, platform: elsewhere })).state).toBe('absent')
  })
})

describe('former VIPs', () => {
  it('are told with who is connected', () => {
    expect(
      answer(
        formerVips(cluster),
        'vip 192.0.2.7/24 em1\nclient 192.0.2.1\nclient 192.0.2.2\nvip 192.0.2.8/24 em1\n',
      ),
    ).toEqual(
      present([
        { address: '192.0.2.7/24', nic: 'em1', clients: ['192.0.2.1', '192.0.2.2'] },
        { address: '192.0.2.8/24', nic: 'em1', clients: [] },
      ]),
    )
  })
})

describe('users of exports', () => {
  it('are told by address, each once, whatever its spelling', () => {
    const said =
      'path /srv/a\\040b\nclient 192.0.2.1\nclient 192.0.2.1\nclient [::ffff:192.0.2.3]\npath /srv/c\n'
    expect(answer(exportUsers(cluster), said)).toEqual(
      present([
        { path: '/srv/a b', clients: ['192.0.2.1', '192.0.2.3'] },
        { path: '/srv/c', clients: [] },
      ]),
    )
  })

  it('are not known when the search did not end', () => {
    expect(answer(exportUsers(cluster), 'path /srv/a\nunknown\n')).toEqual(
      unknown('its files could not be searched in time'),
    )
  })
})

describe('what mountd knows', () => {
  it('is who a name stands for, and who mounted what by version 3', () => {
    const said =
      'name c1.example.net 192.0.2.1\nname c1.example.net 192.0.2.2\nname c2 192.0.2.3\nmount 192.0.2.9 /srv/a b\n'
    expect(answer(mountdKnows(cluster), said)).toEqual(
      present({
        names: { 'c1.example.net': ['192.0.2.1', '192.0.2.2'], c2: ['192.0.2.3'] },
        mounts: [{ address: '192.0.2.9', path: '/srv/a b' }],
      }),
    )
    expect(answer(mountdKnows(cluster), '')).toEqual(present({ names: {}, mounts: [] }))
  })

  it('is absent where nfsd does not run', () => {
    expect(runProbe(mountdKnows(cluster), 'dash').state).toBe('absent')
  })

  it('has the addresses of host names only, and of each once', () => {
    const [shown] = cluster.exports
    if (shown === undefined) throw new Error('the example exports something')
    const clients = [
      'LOCALHOST',
      'localhost',
      '@net',
      '*.x',
      '10.0.0.0/8',
      '192.0.2.1',
      'no.such.invalid',
    ].map(match => ({ match, options: [] }))
    const { script, ...rest } = mountdKnows({ ...cluster, exports: [{ ...shown, clients }] })
    // As on a server, whatever this machine is.
    const serving = { ...rest, script: `exportfs() { :; }\n${script.split('\n').slice(3).join('\n')}` }
    expect(runProbe(serving, 'dash')).toEqual(present({ names: { localhost: ['127.0.0.1'] }, mounts: [] }))
  })
})

describe('sizes', () => {
  it('are told in bytes, the file system where it is mounted', () => {
    const question = volumeSize(m1, volume)
    expect(answer(question, 'device 512 1048472\nbacking 512 1048576\n')).toEqual(
      present({ device: 536_817_664, backing: 536_870_912 }),
    )
    // Seen in the lab: e2fsprogs 1.47 on a volume of 512 MiB.
    expect(
      answer(question, 'device 512 1048472\nbacking 512 1048576\nfile-system 1024 524236\n'),
    ).toMatchObject({ value: { fileSystem: 536_817_664 } })
    expect(answer(question, 'nonsense').state).toBe('unknown')
  })

  it('leave what DRBD needs for itself, as the kernel was seen to', () => {
    expect(dataCapacity(1_048_576 * 512)).toBe(1_048_472 * 512)
  })
})
