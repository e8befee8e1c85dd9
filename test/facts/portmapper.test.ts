import { describe, expect, it } from 'vitest'
import { absent, present } from '../../src/core/fact.ts'
import { portmapperUsers } from '../../src/facts/portmapper.ts'

/** `rpcinfo -p` of a node of the lab that serves NFS 3 (Debian 12). */
const ours = `   program vers proto   port  service
    100000    4   tcp    111  portmapper
    100000    3   udp    111  portmapper
    100005    3   tcp  20048  mountd
    100024    1   udp  32765  status
    100003    3   tcp   2049  nfs
    100227    3   tcp   2049
    100021    4   tcp  32803  nlockmgr
`

describe('who uses the portmapper', () => {
  it.each([
    ['the NFS server alone', ours, []],
    ['nobody', '   program vers proto   port  service\n', []],
    ['a program with a name', `${ours}    100007    2   udp    846  ypbind\n`, ['ypbind (100007)']],
    ['a program without one', `${ours}    600100    1   tcp    999\n`, ['a program (600100)']],
    ['a mount of NFS 3', `${ours}mount /srv/old\\040home\n`, ['a mount of NFS 3 at /srv/old\\040home']],
  ])('is %s', (_, stdout, users) => {
    expect(portmapperUsers.parse({ stdout, exitCode: 0 })).toEqual(present(users))
  })

  it('is nobody where none runs', () => {
    expect(portmapperUsers.parse({ stdout: '', exitCode: 3 })).toEqual(absent())
  })
})
