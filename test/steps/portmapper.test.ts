import { describe, expect, it } from 'vitest'
import { present, unknown } from '../../src/core/fact.ts'
import { portmapperUsers } from '../../src/facts/portmapper.ts'
import { unit } from '../../src/facts/unit.ts'
import portmapper from '../../src/steps/portmapper.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import type { Said } from '../fixtures/os-facts.ts'
import { known } from './ha-fixture.ts'
import { changeOf, commands, diffOn, example } from './os-harness.ts'

const directory = '/etc/systemd/system'
const names = ['rpcbind.socket', 'rpcbind.service'] as const

/** A unit that has our drop-in. */
function unitAs(name: string, active: 'active' | 'inactive'): Said[number] {
  const dropIns = name === 'rpc-statd.service' ? [] : [`${directory}/${name}.d/nfsha.conf`]
  return known(
    unit(name),
    present({ load: 'loaded', enabled: 'enabled', active, needsReload: false, dropIns }),
  )
}

const units = (active: 'active' | 'inactive'): Said => [
  ...names.map(name => unitAs(name, active)),
  unitAs('rpc-statd.service', 'inactive'),
]
const usedBy = (...users: readonly string[]) => known(portmapperUsers, present(users))

const withV3 = exampleCluster({ nfs: { ...example.nfs, v3: true, portmapper: true } })
const serverRuns = unitAs('nfs-server.service', 'active')

describe('portmapper', () => {
  it('is kept from starting on a blank node', () => {
    expect(commands(diffOn(portmapper, 'blank')).filter(line => !line.startsWith('mkdir'))).toEqual([
      ...names.map(name => `put ${directory}/${name}.d/nfsha.conf`),
      'systemctl --no-ask-password daemon-reload',
    ])
  })

  it('is stopped where it runs for nobody but us', () => {
    const diff = diffOn(portmapper, 'deployed', [...units('active'), usedBy()])
    expect(commands(diff)).toEqual(['systemctl --no-ask-password stop rpcbind.socket rpcbind.service'])
    expect(changeOf(diff)).toMatchObject({ risk: 'safe', promise: /clients notice nothing/ })
  })

  it.each([
    [
      'another program',
      usedBy('ypbind (100007)'),
      'portmapper-used',
      /ypbind \(100007\) on this node needs it/,
    ],
    [
      'nobody knows whom',
      known(portmapperUsers, unknown('no answer within 20 s')),
      'unknown-portmapper',
      /no answer within 20 s/,
    ],
  ])('is left alone, and refused, while it serves %s', (_, users, id, reason) => {
    expect(diffOn(portmapper, 'deployed', [...units('active'), users])).toMatchObject({
      kind: 'refusal',
      id,
      reason: expect.stringMatching(reason),
      hint: expect.any(String),
    })
  })

  it('needs nothing where it is away', () => {
    expect(diffOn(portmapper, 'deployed', units('inactive'))).toEqual({ kind: 'in-sync' })
  })

  it('is started beside a server that runs, where NFS 3 is served now', () => {
    expect(commands(diffOn(portmapper, 'deployed', [...units('inactive'), serverRuns], withV3))).toEqual([
      'systemctl --no-ask-password start rpcbind.socket',
    ])
  })

  it('is left to the server where that one is still to start', () => {
    expect(diffOn(portmapper, 'deployed', units('inactive'), withV3)).toEqual({ kind: 'in-sync' })
  })
})
