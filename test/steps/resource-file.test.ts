import { describe, expect, it } from 'vitest'
import type { Node } from '../../src/core/cluster.ts'
import { present } from '../../src/core/fact.ts'
import { drbdOf } from '../../src/facts/group.ts'
import { movesLink, refuseMoved } from '../../src/steps/_resource-file.ts'
import { cluster, drbd, m1, m2, volume } from './storage-fixture.ts'

const path = '/etc/drbd.d/data.res'
const resource = (disk: string, address: string, minor = 0) => `resource data {
\tdevice /dev/drbd${minor} minor ${minor};
\tmeta-disk internal;

\ton m1 {
\t\tdisk "${disk}";
\t\taddress ipv4 ${address}:7788;
\t}

\ton m2 {
\t\tdisk "/dev/sdb";
\t\taddress ipv4 10.0.0.2:7788;
\t}
}
`
const now = resource('/dev/vdb', '10.0.0.1')

function side(content: string, status = 'Connected Primary/Secondary UpToDate/UpToDate') {
  const facts = {
    [path]: present({ kind: 'file', mode: '0644', owner: 'root:root', content }),
    [drbdOf(cluster, volume).id]: present(drbd(status)),
  }
  return { host: m1, facts } as unknown as Parameters<typeof refuseMoved>[2]
}

const file = (content: string) => ({
  path,
  template: 'etc/drbd.d/resource.res',
  content: [content],
  mode: '0644',
  owner: 'root:root',
})

describe('a resource that runs', () => {
  it('may get other addresses, which parts the nodes for a moment', () => {
    expect(movesLink(side(now), [file(now)])).toBe(false)
    expect(movesLink(side(now), [file(resource('/dev/vdb', '10.1.0.1'))])).toBe(true)
  })

  it('keeps its disk', () => {
    const elsewhere = { ...m1, disks: { data: '/dev/vdc' } } as Node
    expect(refuseMoved(cluster, m1, side(now), volume)).toBeUndefined()
    expect(refuseMoved(cluster, elsewhere, side(now), volume)).toMatchObject({
      id: 'disk-moved',
      hint: expect.stringContaining(`while ${m2.name} serves`),
    })
  })

  it('may get another disk once it runs without one', () => {
    const elsewhere = { ...m1, disks: { data: '/dev/vdc' } } as Node
    const detached = side(now, 'Connected Secondary/Primary Diskless/UpToDate')
    expect(refuseMoved(cluster, elsewhere, detached, volume)).toBeUndefined()
  })

  it('keeps its minor', () => {
    const found = refuseMoved(cluster, m1, side(resource('/dev/vdb', '10.0.0.1', 1)), volume)
    expect(found).toMatchObject({ id: 'minor-moved', hint: expect.stringContaining('minor: 1') })
  })
})
