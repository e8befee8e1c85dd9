import { describe, expect, it } from 'vitest'
import type { Client } from '../../src/core/cluster.ts'
import { absent, type Fact, present, unknown } from '../../src/core/fact.ts'
import { type ClientMountFact, clientMount } from '../../src/facts/client-mount.ts'
import { type MountwatchFact, mountwatch } from '../../src/facts/mountwatch.ts'
import { unit, unitFromPackage } from '../../src/facts/unit.ts'
import { clientMounts, clientProbes, isWell, mountNotes } from '../../src/status/clients.ts'
import { exampleCluster } from '../fixtures/cluster.ts'

const example = exampleCluster()
const source = `${example.vips[0]?.address}:/srv/nfsha/data`
const path = '/nfs/data'

interface Seen {
  readonly by?: Client['mounts'][number]['by']
  readonly mount: Fact<ClientMountFact>
  readonly watch?: Fact<MountwatchFact>
  readonly daemon?: Fact<unknown>
}

/** The status of a client with one mount. */
function statusOf({ by = 'boot', mount, watch = absent(), daemon = absent() }: Seen) {
  const client: Client = {
    name: 'c1',
    kind: 'client',
    ssh: example.nodes[0].ssh,
    mounts: [{ export: '/srv/nfsha/data', path, options: [], by }],
    ...(by === 'autofs' && { autofs: { base: '/nfs', idleSeconds: 300 } }),
  }
  const cluster = { ...example, clients: [client] }
  const facts = { [clientMount(path).id]: mount, [mountwatch.id]: watch, [unit('autofs.service').id]: daemon }
  const asked = (clientProbes(cluster).c1 ?? []).map(({ id }) => [id, facts[id] ?? unknown('?')] as const)
  const [status] = clientMounts(cluster, { c1: Object.fromEntries(asked) })
  if (status === undefined) throw new TypeError('a client has a status')
  return status
}

const waiting = (by: string) =>
  present({ state: 'automount', source: by } satisfies ClientMountFact as ClientMountFact)
const running = present({ ...unitFromPackage(true), load: 'loaded', enabled: 'enabled', active: 'active' })
const looked = (state: MountwatchFact['mounts'][number]['state'], reason?: string): Fact<MountwatchFact> =>
  present({ lookedSecondsAgo: 3, mounts: [{ path, state, seconds: 90, ...(reason && { reason }) }] })

describe('a declared mount that is not there is a note', () => {
  it.each([
    ['mounted', { mount: present({ state: 'nfs', source }) }, []],
    ['not read', { mount: unknown('late'), watch: unknown('late') }, []],
    [
      'not mounted',
      { mount: present({ state: 'directory' }) },
      ['c1: /nfs/data is not mounted; `nfsha clients deploy` mounts it'],
    ],
    [
      'taken',
      { mount: present({ state: 'other' }) },
      ['c1: /nfs/data is taken (another file system is mounted there); see `nfsha clients status`'],
    ],
  ] as const)('%s', (_, seen, notes) => {
    expect(mountNotes([statusOf(seen as Seen)])).toEqual(notes)
  })
})

describe('a mount of a client is', () => {
  const cases: readonly (readonly [string, Seen, string, RegExp | undefined])[] = [
    ['mounted', { mount: present({ state: 'nfs', source }) }, 'mounted', undefined],
    [
      'idle by autofs',
      { by: 'autofs', mount: waiting('/etc/auto.nfsha'), daemon: running, watch: looked('idle') },
      'automount',
      undefined,
    ],
    ['idle by systemd', { by: 'automount', mount: waiting('systemd-1') }, 'automount', undefined],
  ]
  it.each(cases)('well: %s', (_case, seen, state) => {
    const status = statusOf(seen)
    expect(status.mounts).toMatchObject([{ path, state }])
    expect(isWell(status)).toBe(true)
  })

  const flaws: readonly (readonly [string, Seen, string, RegExp])[] = [
    [
      'autofs without its daemon',
      { by: 'autofs', mount: waiting('/etc/auto.nfsha') },
      'not mounted',
      /autofs\.service does not run/,
    ],
    [
      "another's map",
      { by: 'autofs', mount: waiting('/etc/auto.misc'), daemon: running },
      'taken',
      /another automount.*auto\.misc/,
    ],
    [
      'autofs that does not stand',
      { by: 'autofs', mount: present({ state: 'missing' }), daemon: running },
      'not mounted',
      /does not stand over/,
    ],
    [
      'an automount that nobody serves',
      { by: 'automount', mount: present({ state: 'abandoned', source: 'systemd-1' }) },
      'not mounted',
      /nobody serves/,
    ],
    ['another server', { mount: present({ state: 'nfs', source: '10.0.0.1:/x' }) }, 'taken', /10\.0\.0\.1/],
    [
      'blocked',
      { mount: present({ state: 'nfs', source }), watch: looked('blocked', 'no answer') },
      'blocked',
      /for 90 s: no answer/,
    ],
    ['not known', { mount: unknown('timeout') }, 'unknown', /timeout/],
  ]
  it.each(flaws)('not well: %s', (_case, seen, state, reason) => {
    const status = statusOf(seen)
    expect(status.mounts).toMatchObject([{ path, state, reason: expect.stringMatching(reason) }])
    expect(isWell(status)).toBe(false)
  })
})
