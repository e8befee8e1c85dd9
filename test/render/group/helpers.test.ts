import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { exampleCluster } from '../../fixtures/cluster.ts'
import { systemSlice, type World } from './world.ts'
import { bootedNode, deeds, endThreads, example, runThreads } from './worlds.ts'

const withV3 = exampleCluster({ nfs: { ...example.nfs, v3: true } })

const started: ChildProcess[] = []

afterEach(() => {
  for (const process of started.splice(0)) process.kill('SIGKILL')
})

/** A real process as the one of a unit, in a state as /proc tells it. */
function runsAs(
  node: World,
  unit: string,
  state: 'S' | 'T',
): { readonly pid: number; readonly ended: Promise<unknown[]> } {
  const daemon = spawn('sleep', ['60'], { stdio: 'ignore' })
  started.push(daemon)
  const pid = daemon.pid ?? 0
  if (state === 'T') daemon.kill('SIGSTOP')
  node.write(`${systemSlice}/${unit}/cgroup.procs`, `${pid}\n`)
  node.write(`proc/${pid}/stat`, `${pid} (a daemon) ${state} 1\n`)
  return { pid, ended: once(daemon, 'exit') }
}

const stateOf = (pid: number) =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .charAt(0)

describe.each([
  ['with NFS 3', withV3],
  ['without', example],
])('a start, %s', (_, cluster) => {
  it.each(['rpcbind.service', 'nfs-mountd.service'])('wakes a %s that was stopped', async unit => {
    const node = bootedNode(cluster)
    const { pid } = runsAs(node, unit, 'T')
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(stateOf(pid)).not.toBe('T')
  })

  it('kills a portmapper that is silent, before nfsd would ask it', async () => {
    const node = bootedNode(cluster)
    const { ended } = runsAs(node, 'rpcbind.service', 'S')
    node.fail('rpcinfo')
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(await ended).toEqual([null, 'SIGKILL'])
  })
})

it('starts the portmapper and mountd anew where NFS 3 needs them, before the threads', async () => {
  const node = bootedNode(withV3)
  runsAs(node, 'rpcbind.service', 'S')
  node.fail('rpcinfo')
  await node.run('m1-m2', 'start')
  const done = deeds(node)
  const renewed = done.indexOf(
    'systemctl --job-mode=ignore-dependencies restart rpcbind.socket rpcbind.service',
  )
  expect(renewed).toBeGreaterThanOrEqual(0)
  expect(done.indexOf(runThreads)).toBeGreaterThan(renewed)
})

it('asks nobody where there is nobody to ask', async () => {
  const node = bootedNode()
  await node.run('m1-m2', 'start')
  await node.run('m1-m2', 'stop')
  expect(node.calls().filter(call => call.startsWith('rpcinfo'))).toEqual([])
})

describe('who keeps the clients is started', () => {
  const bySystemd = 'systemctl --job-mode=ignore-dependencies restart nfsdcld.service rpc-statd.service'

  it.each([
    ['by systemd where that waits for work', 'do_epoll_wait', [bySystemd]],
    ['without it where it stands still', 'do_wait', ['nfsdcld', 'rpc.statd']],
    ['by systemd where the kernel does not say', '0', [bySystemd]],
  ])('%s', async (_, wchan, expected) => {
    const node = bootedNode(withV3)
    node.write('proc/1/wchan', wchan)
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(node.calls().filter(call => /^(nfsdcld|rpc\.statd|systemctl .*nfsdcld.*)$/.test(call))).toEqual(
      expected,
    )
  })

  it('without it where it says no, each in the control group of its unit', async () => {
    const node = bootedNode(withV3)
    node.fail('systemctl-restart')
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(node.calls()).toEqual(expect.arrayContaining(['nfsdcld', 'rpc.statd']))
    expect(node.calls().find(call => call.endsWith('keeper rpc-statd.service rpc.statd'))).toContain(
      'export RPC_STATD_NO_NOTIFY=1',
    )
    for (const unit of ['nfsdcld', 'rpc-statd'])
      expect(node.read(`${systemSlice}/${unit}.service/cgroup.procs`)).toMatch(/^\d+\n$/)
  })
})

it('goes no further where neither systemd nor we start who keeps the clients', async () => {
  const node = bootedNode()
  node.fail('systemctl-restart')
  node.command('nfsdcld', 'exit 1')
  expect((await node.run('m1-m2', 'start')).code).toBe(1)
  expect(deeds(node)).not.toContain(runThreads)
  expect(node.log().join('\n')).toMatch(/<27>nfsha: m1-m2 start nfsd failed after \d+ ms/)
})

describe('a stop with NFS 3', () => {
  it('kills statd before lockd ends, so that its list stays as it is', async () => {
    const node = bootedNode(withV3)
    await node.run('m1-m2', 'start')
    const { ended } = runsAs(node, 'rpc-statd.service', 'S')
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
    expect(await ended).toEqual([null, 'SIGKILL'])
    expect(deeds(node)).toContain(endThreads)
  })

  it('takes away a portmapper that is silent, before lockd would ask it', async () => {
    const node = bootedNode(withV3)
    await node.run('m1-m2', 'start')
    const { ended } = runsAs(node, 'rpcbind.service', 'S')
    node.fail('rpcinfo')
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
    expect(await ended).toEqual([null, 'SIGKILL'])
    const done = deeds(node)
    const away = done.indexOf('systemctl --job-mode=ignore-dependencies stop rpcbind.socket rpcbind.service')
    expect(away).toBeGreaterThanOrEqual(0)
    expect(done.indexOf(endThreads)).toBeGreaterThan(away)
  })
})

it('kills a daemon with the client database that was stopped, for it would keep the volume', async () => {
  const node = bootedNode()
  await node.run('m1-m2', 'start')
  const { ended } = runsAs(node, 'nfsdcld.service', 'T')
  expect((await node.run('m1-m2', 'stop')).code).toBe(0)
  expect(await ended).toEqual([null, 'SIGKILL'])
})
