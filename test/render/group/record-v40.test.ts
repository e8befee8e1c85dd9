import { describe, expect, it } from 'vitest'
import { exampleCluster } from '../../fixtures/cluster.ts'
import { bootedNode, deeds, endThreads, example } from './worlds.ts'

const with40 = exampleCluster({ nfs: { ...example.nfs, v40: true } })

/** As /proc/fs/nfsd has them (fs/nfsd/nfs4state.c, client_info_show). */
const client = (name: string, minor: number) =>
  `clientid: 0x1\naddress: "192.168.0.1:900"\nstatus: confirmed\nname: "${name}"\nminor version: ${minor}\n`
const held = '- 0x01: { type: open }\n'

const clients = [
  ['Linux NFSv4.0 c1', 0, held],
  ['Linux NFSv4.0 idle', 0, ''],
  ['Linux NFSv4.2 c2', 2, held],
  ['Linux NFSv4.0 c3/192.168.0.3', 0, held],
  ["O'Brien", 0, held],
] as const

async function served() {
  const node = bootedNode(with40)
  node.command('sqlite3', `case "$*" in *SELECT*) echo rec-0000000000000007 ;; esac`)
  await node.run('m1-m2', 'start')
  for (const [index, [name, minor, states]] of clients.entries()) {
    node.write(`proc/fs/nfsd/clients/${index}/info`, client(name, minor))
    node.write(`proc/fs/nfsd/clients/${index}/states`, states)
  }
  node.forgetCalls()
  return node
}

describe('clients of NFS 4.0 that hold something', () => {
  it.each(['stop', 'record-v40'])('are put into the table of now by %s', async verb => {
    const node = await served()
    expect((await node.run('m1-m2', verb)).code).toBe(0)
    const asked = node.calls().filter(call => call.startsWith('sqlite3'))
    expect(asked).toHaveLength(2)
    expect(asked[1]).toMatch(
      /nfsdcld\/main\.sqlite INSERT OR IGNORE INTO "rec-0000000000000007" \(id\) VALUES \(CAST\('Linux NFSv4\.0 c1' AS BLOB\)\), \(CAST\('Linux NFSv4\.0 c3\/192\.168\.0\.3' AS BLOB\)\)$/,
    )
  })

  it('cost no stop that the database does not answer', async () => {
    const node = await served()
    node.command('sqlite3', 'exit 1')
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
    expect(deeds(node)).toContain(endThreads)
  })

  it('are nobody where none has come', async () => {
    const node = await served()
    for (const [index] of clients.entries()) node.remove(`proc/fs/nfsd/clients/${index}`)
    await node.run('m1-m2', 'stop')
    expect(node.calls().filter(call => call.startsWith('sqlite3'))).toEqual([])
  })
})
