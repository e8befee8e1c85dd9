import { spawn } from 'node:child_process'
import { describe, expect, it, vi } from 'vitest'
import { exampleCluster } from '../../fixtures/cluster.ts'
import { systemSlice, type World } from './world.ts'
import { bootedNode, cutOff, deeds, example, guard, runThreads, twoVolumes } from './worlds.ts'

const restartKeeper = 'systemctl --job-mode=ignore-dependencies restart nfsdcld.service'
const restartAll = 'systemctl restart nfs-server.service'
const takeAddress = 'ip address replace 192.168.0.219/24 dev em1'

describe('start', () => {
  it('promotes, mounts, starts nfsd and only then takes the address', async () => {
    const node = bootedNode()
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(deeds(node)).toEqual([
      'drbdadm primary data',
      'mount -t ext4 -o noatime,errors=continue /dev/drbd0 /srv/nfsha',
      restartKeeper,
      runThreads,
      'ip address replace 192.168.0.219/24 dev em1',
    ])
  })

  it('takes the address first where a drill wants it so', async () => {
    const node = bootedNode(exampleCluster({ nfs: { ...example.nfs, vipLast: false } }))
    await node.run('m1-m2', 'start')
    expect(deeds(node)[0]).toBe('ip address replace 192.168.0.219/24 dev em1')
    await node.run('m1-m2', 'stop')
    expect(deeds(node).at(-1)).toBe('ip address delete 192.168.0.219/24 dev em1')
  })

  it('takes all volumes, then all addresses', async () => {
    const node = bootedNode(twoVolumes)
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate', 1)
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(deeds(node)).toEqual([
      'drbdadm primary data',
      'drbdadm primary media',
      'mount -t ext4 -o noatime,errors=continue /dev/drbd0 /srv/nfsha',
      'mount -t ext4 -o defaults /dev/drbd1 /srv/media files',
      restartKeeper,
      runThreads,
      'ip address replace 192.168.0.219/24 dev em1',
      'ip address replace 192.168.0.220/24 dev em1',
    ])
    expect((await node.run('m1-m2', 'status')).stdout).toBe('running\n')
  })

  it('uses the NIC that the link has on this node', async () => {
    const [first, second] = example.nodes
    const em1 = { nic: 'ens3', address: '192.168.0.211', prefix: 24, network: '192.168.0.0' }
    const cluster = exampleCluster({ nodes: [first, { ...second, links: { ...second.links, em1 } }] })
    const node = bootedNode(cluster, second.name)
    await node.run('m1-m2', 'start')
    expect(node.calls()).toContain('ip address replace 192.168.0.219/24 dev ens3')
    await vi.waitFor(() => expect(node.calls()).toContainEqual(expect.stringMatching(/^arping .*-I ens3/)))
  })

  it('does again only what is missing, and exports what was mounted since', async () => {
    const node = bootedNode()
    await node.run('m1-m2', 'start')
    node.forgetCalls()
    node.write('addresses', '')
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(deeds(node)).toEqual(['exportfs -r', 'ip address replace 192.168.0.219/24 dev em1'])
  })

  it('starts nfsd afresh where somebody else had started one', async () => {
    const node = bootedNode()
    node.write('proc/fs/nfsd/threads', '8\n')
    await node.run('m1-m2', 'start')
    expect(deeds(node).slice(-4)).toEqual([restartAll, restartKeeper, runThreads, takeAddress])
  })

  it('restarts once when nfsd does not use nfsdcld, and says so', async () => {
    const node = bootedNode()
    node.fail('nfsdcld', 1)
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(deeds(node).slice(-6)).toEqual([
      ...[restartKeeper, runThreads],
      ...[restartAll, restartKeeper, runThreads],
      takeAddress,
    ])
    expect(node.log()).toContain('<28>nfsha: m1-m2 nfsd does not use nfsdcld; restarting both')
  })

  it('serves without early end of grace rather than not at all', async () => {
    const node = bootedNode()
    node.fail('nfsdcld')
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(node.log().join('\n')).toContain('<26>nfsha: m1-m2 nfsd does not use nfsdcld: clients wait')
  })

  it('leaves the client database alone when it stays on the node', async () => {
    const node = bootedNode(exampleCluster({ nfs: { ...example.nfs, clientDatabaseOnVolume: false } }))
    await node.run('m1-m2', 'start')
    expect(deeds(node)).toContain(runThreads)
    expect(deeds(node).join()).not.toContain('nfsdcld')
    expect(node.has('srv/nfsha/.nfsha/nfsdcld')).toBe(false)
  })

  it('runs statd from the volume and notifies when v3 is served', async () => {
    const node = bootedNode(exampleCluster({ nfs: { ...example.nfs, v3: true } }))
    await node.run('m1-m2', 'start')
    expect(deeds(node)).toContain(`${restartKeeper} rpc-statd.service`)
    expect(node.has('srv/nfsha/.nfsha/statd/sm.bak')).toBe(true)
    await vi.waitFor(() => expect(node.calls()).toContain('sm-notify -f -v 192.168.0.219'))
  })

  describe('that fails', () => {
    const record = 'run/nfsha/start-failed'
    const missing = (node: World) => {
      node.write('etab', '')
      node.write('var/lib/nfs/etab', '')
    }
    const why = (text: string) => expect.stringMatching(new RegExp(`^\\S*/srv/nfsha/data ${text}`))

    it('keeps as data which phase it was and what was said, in the log and for the peer too', async () => {
      const node = bootedNode()
      missing(node)
      await node.run('m1-m2', 'start')
      const [phase, reason] = (node.read(record) ?? '').trimEnd().split('\n')
      expect(phase).toBe('phase nfsd')
      expect(reason?.replace('reason ', '')).toEqual(why('is not exported, though nfsd runs'))
      const told = node.log().find(line => line.includes('start nfsd failed after')) ?? ''
      expect(told.replace(/.* ms: /, '')).toEqual(why('is not exported'))
      expect(node.read('var/lib/heartbeat/fifo')).toMatch(
        /^>>>\nt=nfsha\nwhat=start-failed\nphase=nfsd\nreason=.* is not exported.*\n<<<\n$/,
      )
    })

    it('says so when nothing was said', async () => {
      const node = bootedNode()
      node.fail('mount')
      await node.run('m1-m2', 'start')
      expect(node.read(record)).toBe('phase mount\nreason without a word\n')
    })

    it('is forgotten when it begins anew, with what heartbeat would do about it later', async () => {
      const node = bootedNode()
      const late = spawn('sleep', ['60'])
      const bystander = spawn('sleep', ['60'])
      const ended = new Promise(resolve => late.once('exit', (_, signal) => resolve(signal)))
      node.write(`${systemSlice}/heartbeat.service/cgroup.procs`, `${late.pid}\n${bystander.pid}\n`)
      node.write(`proc/${late.pid}/stat`, `${late.pid} (ResourceManager) S 1 1 1 0\n`)
      node.write(`proc/${bystander.pid}/stat`, `${bystander.pid} (ResourceManager) S 4711 1 1 0\n`)
      node.write(record, 'phase mount\nreason nothing\n')
      expect((await node.run('m1-m2', 'start')).code).toBe(0)
      expect(node.has(record)).toBe(false)
      expect(await ended).toBe('SIGTERM')
      expect(bystander.exitCode ?? bystander.signalCode).toBeNull()
      bystander.kill()
    })

    it('ends a phase that hangs, sooner where the peer could have the group back', async () => {
      const node = bootedNode()
      const limits = async () => {
        node.forgetCalls()
        await node.run('m1-m2', 'start')
        return node.calls().filter(call => call.startsWith('timeout ') && /drbdadm primary/.test(call))
      }
      node.command('timeout', 'shift 3\nexec "$@"')
      expect(await limits()).toEqual(['timeout -k 5 60 drbdadm primary data'])
      await node.run('m1-m2', 'stop')
      node.drbd(...cutOff)
      expect(await limits()).toEqual(['timeout -k 5 90 drbdadm primary data'])
    })
  })

  it.each([
    ['drbdadm-primary', 'promote', 'drbdadm primary data'],
    ['mount', 'mount', 'mount -t ext4 -o noatime,errors=continue /dev/drbd0 /srv/nfsha'],
    ['rpc.nfsd', 'nfsd', runThreads],
  ])('goes no further when %s fails', async (command, phase, last) => {
    const node = bootedNode()
    node.fail(command)
    expect((await node.run('m1-m2', 'start')).code).toBe(1)
    expect(deeds(node).at(-1)).toBe(last)
    expect(node.log().join('\n')).toMatch(new RegExp(`<27>nfsha: m1-m2 start ${phase} failed after \\d+ ms`))
  })

  it('says so when DRBD will not promote because the peer is Primary and alive', async () => {
    const node = bootedNode()
    node.drbd('Connected', 'Secondary/Primary', 'UpToDate/UpToDate')
    node.fail('drbdadm-primary')
    expect((await node.run('m1-m2', 'start')).code).toBe(1)
    expect(deeds(node)).toEqual(Array(6).fill('drbdadm primary data'))
    expect(node.read(`${guard}/refused`)).toMatch(
      /^resource data\nreason guard-not-promoted .*\(Connected, Secondary\/Primary, UpToDate\/UpToDate\)/,
    )
  })

  it('asks the kernel again while the peer still seems Primary', async () => {
    const node = bootedNode()
    node.fail('drbdadm-primary', 2)
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
  })

  it('fails when an export is missing in what mountd answers from', async () => {
    const node = bootedNode()
    node.write('etab', '')
    node.write('var/lib/nfs/etab', '')
    expect((await node.run('m1-m2', 'start')).code).toBe(1)
    expect(node.log().join('\n')).toContain('is not exported, though nfsd runs')
  })

  it('logs each phase with its time, and the whole', async () => {
    const node = bootedNode()
    await node.run('m1-m2', 'start')
    expect(node.log().map(line => line.replace(/\d+ ms/, 'N ms'))).toEqual([
      ...['guard', 'promote', 'mount', 'state', 'client-database', 'nfsd', 'vip'].map(
        phase => `<30>nfsha: m1-m2 start ${phase} N ms`,
      ),
      '<30>nfsha: m1-m2 start total N ms, exit code 0',
    ])
  })
})
