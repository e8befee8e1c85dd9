import { afterEach, describe, expect, it } from 'vitest'
import type { MonitorSettings } from '../../../src/core/settings.ts'
import { exampleCluster } from '../../fixtures/cluster.ts'
import { createWorld, drbd, noProcess, type World } from './world.ts'

const example = exampleCluster()
const worlds: World[] = []

afterEach(() => {
  for (const world of worlds.splice(0)) world.end()
})

/** An active node whose monitor tells what it has to tell to a hook, and acts at the second failure. */
function activeNode(settings: Partial<MonitorSettings> = {}): World {
  const notify = { command: '/usr/local/bin/page' }
  const world = createWorld(
    exampleCluster({ monitor: { ...example.monitor, failures: 2, notify, ...settings } }),
  )
  worlds.push(world)
  return world
}

/** The events in what the monitor wrote, but for `started` and `role`. */
function events(journal: readonly string[]): readonly string[] {
  return journal
    .map(line => /event=(\S+)/.exec(line)?.[1] ?? line)
    .filter(event => !['started', 'role'].includes(event))
}

const deeds = (world: World) => world.calls().filter(call => /^(nfsha|hb_standby)/.test(call))

describe('on an active node that is well', () => {
  it('says so, and does nothing', async () => {
    const node = activeNode()
    expect(events(await node.watch(4))).toEqual([])
    expect(deeds(node)).toEqual([])
    expect(node.state(4)).toMatchObject({ role: 'active', health: 'well', failing: [] })
  })

  it('says `starting` until it has looked, from its start and whenever the group comes', async () => {
    const node = activeNode()
    node.after(3, 'rm run/nfsha/group.active')
    node.after(5, ': >run/nfsha/group.active')
    expect(events(await node.watch(8))).toEqual([])
    const healths = [1, 2, 3, 4, 5, 6, 7].map(look => node.state(look).health)
    expect(healths).toEqual(['starting', 'well', 'well', 'idle', 'idle', 'starting', 'well'])
  })

  it('keeps who is connected for a takeover, and writes it only when it changed', async () => {
    const node = activeNode()
    node.write('connections', '0 0 192.168.0.219:2049 192.168.0.1:800\n')
    node.after(3, "printf '0 0 192.168.0.219:2049 192.168.0.9:801\\n' >>connections")
    await node.watch(4)
    expect(node.read('srv/nfsha/.nfsha/tickle/192.168.0.219')).toBe(
      '192.168.0.219:2049\t192.168.0.1:800\n192.168.0.219:2049\t192.168.0.9:801\n',
    )
    expect(node.calls().filter(call => call.startsWith('sync'))).toHaveLength(2)
  })

  it('exposes it to Prometheus', async () => {
    const node = activeNode()
    await node.watch(3)
    const text = node.read('run/nfsha/monitor/nfsha.prom')
    expect(text).toContain('nfsha_active{cluster="m1-m2",node="M1.redhat.sx"} 1\n')
    expect(text).toContain('nfsha_check_passes{cluster="m1-m2",node="M1.redhat.sx",check="write"} 1\n')
  })
})

describe('each check finds its fault', () => {
  const faults: readonly (readonly [string, string, (node: World) => void])[] = [
    [
      'drbd',
      'data is Secondary/Primary',
      node => node.write('proc/drbd', drbd('Connected', 'Secondary/Primary', 'UpToDate/UpToDate')),
    ],
    ['mount', '/srv/nfsha is not mounted', node => node.write('proc/mounts', '')],
    ['threads', 'nfsd has no threads', node => node.write('proc/fs/nfsd/threads', '0\n')],
    [
      'helpers',
      'nfsdcld.service has no process',
      node => node.write('sys/fs/cgroup/system.slice/nfsdcld.service/cgroup.procs', ''),
    ],
    ['exports', '/srv/nfsha/data is not exported', node => node.write('var/lib/nfs/etab', '')],
    ['vip', '192.168.0.219 is not on this node', node => node.write('addresses', '')],
    ['nfs', 'nfsd does not answer at 192.168.0.219', node => node.fail('rpcinfo')],
    ['write', 'cannot write to /srv/nfsha: dd: Input/output error', node => node.fail('dd')],
  ]

  it.each(faults)('%s: %s', async (check, text, inject) => {
    const node = activeNode()
    inject(node)
    await node.watch(3)
    const [first] = node.state(3).failing
    expect(first?.check).toBe(check)
    expect(first?.text.replace(/\/\S*nfsha-monitor-[^/]+/, '')).toBe(text)
  })
})

describe('an nfsd that does not use nfsdcld', () => {
  const withoutPipe = (node: World) => node.after(1, 'rm run/rpc_pipefs/nfsd/cld')

  it('is told while it lasts, and nothing is done about it', async () => {
    const node = activeNode()
    withoutPipe(node)
    node.after(6, 'mkfifo run/rpc_pipefs/nfsd/cld')
    expect(events(await node.watch(9))).toEqual(['clients-not-recorded', 'clients-not-recorded-over'])
    expect(node.state(5)).toMatchObject({ health: 'well', notices: [{ id: 'clients-not-recorded' }] })
    expect(deeds(node)).toEqual([])
  })

  it('is no matter while nfsd has no threads, nor where no record is wanted on the volume', async () => {
    const stopped = activeNode({ localRestart: false, handOver: false })
    withoutPipe(stopped)
    stopped.write('proc/fs/nfsd/threads', '0\n')
    expect(events(await stopped.watch(5))).not.toContain('clients-not-recorded')
    const nfs = { ...example.nfs, clientDatabaseOnVolume: false }
    const local = createWorld(exampleCluster({ nfs, monitor: { ...example.monitor, failures: 2 } }))
    worlds.push(local)
    withoutPipe(local)
    expect(events(await local.watch(5))).toEqual([])
  })
})

describe('when the service fails', () => {
  it('waits for two failures in a row', async () => {
    const node = activeNode()
    node.fail('rpcinfo', 1)
    expect(events(await node.watch(4))).toEqual(['failing', 'well'])
    expect(deeds(node)).toEqual([])
  })

  it('first starts anew what is missing, here', async () => {
    const node = activeNode()
    node.write('proc/fs/nfsd/threads', '0\n')
    expect(events(await node.watch(7))).toEqual(['failing', 'restart', 'restarted', 'well'])
    expect(deeds(node)).toEqual(['nfsha m1-m2 start'])
  })

  it('then hands the group over', async () => {
    const node = activeNode()
    node.fail('rpcinfo')
    expect(events(await node.watch(9))).toEqual(['failing', 'restart', 'restarted', 'hand-over'])
    expect(deeds(node)).toEqual(['nfsha m1-m2 start', 'hb_standby all'])
    expect(node.state(9).role).toBe('passive')
  })

  it('hands it over too when the start here fails', async () => {
    const node = activeNode()
    node.fail('rpcinfo')
    node.fail('group')
    expect(events(await node.watch(9))).toEqual([
      'failing',
      'restart',
      'restart-failed',
      'not-served',
      'hand-over',
      'not-served-over',
    ])
  })

  it('hands it over at once where the volume cannot be written: no restart cures that', async () => {
    const node = activeNode()
    node.fail('dd')
    await node.watch(5)
    expect(deeds(node)).toEqual(['hb_standby all'])
  })

  it('hands it over at once where no restart is wanted', async () => {
    const node = activeNode({ localRestart: false })
    node.fail('rpcinfo')
    await node.watch(5)
    expect(deeds(node)).toEqual(['hb_standby all'])
  })

  it('takes a look that does not end for a failure, and starts no second one beside it', async () => {
    const node = activeNode({ checkTimeoutMs: 1000, localRestart: false })
    node.write('hang', '')
    expect((await node.watch(5)).join('\n')).toContain('event=failing')
    expect(node.calls().filter(call => call.startsWith('dd')).length).toBeLessThan(5)
  })

  const unfit: readonly (readonly [string, (node: World) => void])[] = [
    ['heartbeat says that m2.redhat.sx is dead', node => node.write('peer', 'dead\n')],
    [
      'm2.redhat.sx does not have all data',
      node => node.write('proc/drbd', drbd('WFConnection', 'Primary/Unknown', 'UpToDate/DUnknown')),
    ],
    [
      'm2.redhat.sx does not have all data',
      node => node.write('proc/drbd', drbd('SyncSource', 'Primary/Secondary', 'UpToDate/Inconsistent')),
    ],
  ]

  it.each(unfit)('never to a peer that is not well (%s): it says so', async (reason, inject) => {
    const node = activeNode({ localRestart: false })
    node.fail('rpcinfo')
    inject(node)
    const journal = await node.watch(5)
    expect(deeds(node)).toEqual([])
    expect(journal.filter(line => line.includes('event=stuck'))).toEqual([
      `<2>event=stuck cluster=m1-m2 node=M1.redhat.sx text="nfsd does not answer at 192.168.0.219; and it stays here: ${reason}"`,
    ])
  })

  it.each<[string, string, readonly string[]]>([
    ['does nothing while a run of nfsha is at work', 'deploy', []],
    ['acts during a drill, which is there to see it', 'drill nfsd-kill', ['nfsha m1-m2 start']],
  ])('%s', async (_, playbook, done) => {
    const node = activeNode()
    const run = { id: '1', who: 'ann', controller: 'desk', pid: 1, startedAt: '', playbook }
    node.write('run/nfsha/lock', '')
    node.write('run/nfsha/lock.json', `${JSON.stringify(run)}\n`)
    node.fail('flock')
    node.write('proc/fs/nfsd/threads', '0\n')
    await node.watch(5)
    expect(deeds(node)).toEqual(done)
  })

  it('does not hand over again within the pause, and never more often than is set', async () => {
    const node = activeNode({
      intervalMs: 20_000,
      localRestart: false,
      pauseMs: 60_000,
      maxHandOvers: 2,
    })
    node.fail('rpcinfo')
    // The peer gives it back each time.
    for (const look of [5, 12, 19]) node.after(look, 'echo local >rscstatus; : >run/nfsha/group.active')
    await node.watch(26)
    expect(deeds(node)).toEqual(['hb_standby all', 'hb_standby all'])
    expect(node.state(26).notices).toEqual([
      expect.objectContaining({
        id: 'stuck',
        text: expect.stringContaining('it was handed over 2 times in a day'),
      }),
    ])
  })

  describe('and the peer could not start it', () => {
    const record = (at: number) => `phase mount\nreason mount: wrong fs type\nat ${at}\n`

    it('tells when it comes back, and does not hand it to that peer again', async () => {
      const node = activeNode({ localRestart: false, pauseMs: 10_000 })
      node.fail('rpcinfo')
      node.after(
        6,
        `printf '${record(4_345_070)}' >run/nfsha/peer-start-failed; echo local >rscstatus; : >run/nfsha/group.active`,
      )
      const journal = await node.watch(16)
      expect(deeds(node)).toEqual(['hb_standby all'])
      expect(journal.find(line => line.includes('event=came-back'))).toContain(
        'm2.redhat.sx could not start it (mount: mount: wrong fs type): the group is back here',
      )
      expect(journal.find(line => line.includes('event=stuck'))).toContain('m2.redhat.sx could not start it')
    })

    it('hands it over again a day later', async () => {
      const node = activeNode({ localRestart: false })
      node.write('proc/uptime', '90000.00 1.00\n')
      node.write('run/nfsha/peer-start-failed', record(1_000_000))
      node.fail('rpcinfo')
      await node.watch(5)
      expect(deeds(node)).toEqual(['hb_standby all'])
    })
  })

  it('remembers over its own restart what it did', async () => {
    const node = activeNode({ localRestart: false })
    node.fail('rpcinfo')
    await node.watch(5)
    node.after(5, 'echo local >rscstatus; : >run/nfsha/group.active')
    node.write('run/nfsha/group.active', '')
    await node.watch(5)
    expect(deeds(node)).toEqual(['hb_standby all'])
  })
})

describe('where the start failed', () => {
  /** Heartbeat believes that the group is here, and nobody serves. */
  function unserved(settings: Partial<MonitorSettings> = {}): World {
    const node = activeNode({ startPatienceMs: 30_000, ...settings })
    node.write('proc/drbd', drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate'))
    node.after(1, 'rm run/nfsha/group.active')
    return node
  }

  it('hands the group over, which heartbeat leaves undone', async () => {
    const node = unserved()
    expect(events(await node.watch(9))).toContain('hand-over')
    expect(deeds(node)).toEqual(['hb_standby all'])
  })

  describe('and the group’s script tells why', () => {
    const failure = 'phase mount\nreason mount: wrong fs type\n'
    const peerFailed = (at: number) => `phase nfsd\nreason no such unit\nat ${at}\n`
    /** The start fails at the second look, long before the patience for a start is over. */
    function failed(more: (node: World) => void = () => undefined): World {
      const node = unserved({ startPatienceMs: 600_000 })
      node.after(2, `/bin/sleep 0.02; printf '${failure}' >run/nfsha/start-failed`)
      more(node)
      return node
    }

    it('gives it at once to a peer that has all data, and says why', async () => {
      const node = failed()
      const journal = await node.watch(8)
      expect(events(journal)).toContain('hand-over')
      expect(journal.join('\n')).toContain('its start failed here (mount: mount: wrong fs type)')
      expect(deeds(node)).toEqual(['hb_standby all'])
    })

    it('gives it at once to the peer that sends the newer data here', async () => {
      const syncing = drbd('SyncTarget', 'Secondary/Secondary', 'Inconsistent/UpToDate')
      const node = failed(world => world.write('proc/drbd', syncing))
      await node.watch(8)
      expect(deeds(node)).toEqual(['hb_standby all'])
    })

    it('gives it back however short ago it came, and however often it went', async () => {
      const node = failed(world => world.write('run/nfsha/monitor/deeds', '4300000 4320000 4000000 9\n'))
      await node.watch(8)
      expect(deeds(node)).toEqual(['hb_standby all'])
    })

    it('gives it to a peer whose own start failed long ago', async () => {
      const node = failed(world => world.write('run/nfsha/peer-start-failed', peerFailed(1_000_000)))
      await node.watch(8)
      expect(deeds(node)).toEqual(['hb_standby all'])
    })

    it.each([
      [
        'has not all data',
        (node: World) =>
          node.write('proc/drbd', drbd('SyncSource', 'Secondary/Secondary', 'UpToDate/Inconsistent')),
      ],
      ['is dead', (node: World) => node.write('peer', 'dead\n')],
      [
        'has just failed itself',
        (node: World) => node.write('run/nfsha/peer-start-failed', peerFailed(4_320_000)),
      ],
    ])('waits as long as for any start where the peer %s', async (_, more) => {
      const node = failed(more)
      await node.watch(8)
      expect(deeds(node)).toEqual([])
    })

    it('stays and tries again here where neither can start it, and says why', async () => {
      const node = unserved()
      node.after(2, `printf '${failure}' >run/nfsha/start-failed`)
      node.write('run/nfsha/peer-start-failed', peerFailed(4_320_000))
      node.fail('group')
      const journal = (await node.watch(12)).join('\n')
      expect(deeds(node)).toEqual(['nfsha m1-m2 start'])
      expect(journal).toContain(
        'its start failed here (mount: mount: wrong fs type); and it stays here: m2.redhat.sx could not start it (nfsd: no such unit)',
      )
    })
  })

  it.each([
    ['resets this node where its start hangs past every limit', '4000000', 'active', true],
    ['leaves a start that is within its limits alone', '4300000', 'active', false],
    ['leaves it alone where nobody could serve instead', '4000000', 'dead', false],
  ])('%s', async (_, since, peer, resets) => {
    const node = unserved({ startPatienceMs: 600_000 })
    node.write('peer', `${peer}\n`)
    node.write('proc/4711/comm', 'nfsha\n')
    node.write('run/nfsha/group.starting', `4711 ${since}\n`)
    node.write('proc/sysrq-trigger', '')
    await node.watch(5)
    expect(node.read('proc/sysrq-trigger')).toBe(resets ? 'b\n' : '')
    expect(deeds(node)).toEqual([])
  })

  it('does so although a run of nfsha is at work, which then waits for that', async () => {
    const node = unserved()
    node.write('run/nfsha/lock', '')
    node.fail('flock')
    await node.watch(9)
    expect(deeds(node)).toEqual(['hb_standby all'])
  })

  /** The processes of heartbeat's unit. */
  function run(node: World, ...names: readonly string[]): void {
    const pids = names.map((_, at) => String(4711 + at))
    node.write('sys/fs/cgroup/system.slice/heartbeat.service/cgroup.procs', `${pids.join('\n')}\n`)
    for (const [at, name] of names.entries()) node.write(`proc/${4711 + at}/comm`, `${name}\n`)
  }

  it.each([
    ['one of its scripts runs', ['req_resource']],
    ['it starts or stops something', ['heartbeat', 'ResourceManager']],
    ['ours runs for it, and another one waits', ['ResourceManager', 'sleep', 'nfsha']],
  ])('leaves it to heartbeat while %s', async (_, names) => {
    const node = unserved()
    run(node, ...names)
    await node.watch(9)
    expect(deeds(node)).toEqual([])
  })

  it('does not wait for the remedy that heartbeat has after 30 s', async () => {
    const node = unserved()
    run(node, 'heartbeat', 'ResourceManager', 'sleep')
    await node.watch(9)
    expect(deeds(node)).toEqual(['hb_standby all'])
  })

  it('tries again here when the peer is dead', async () => {
    const node = unserved()
    node.write('peer', 'dead\n')
    await node.watch(9)
    expect(deeds(node)).toEqual(['nfsha m1-m2 start'])
  })

  it.each([
    [
      'the peer serves',
      (node: World) => node.write('proc/drbd', drbd('Connected', 'Secondary/Primary', 'UpToDate/UpToDate')),
    ],
    ['heartbeat has given it up', (node: World) => node.write('rscstatus', 'none\n')],
    ['heartbeat does not run', (node: World) => node.fail('cl_status')],
    ['the node is held', (node: World) => node.write('var/lib/nfsha/hold', 'maintenance\n')],
  ])('does nothing while %s', async (_, inject) => {
    const node = unserved()
    inject(node)
    await node.watch(9)
    expect(deeds(node)).toEqual([])
  })
})

describe('the mark that the peer has newer data', () => {
  const mark = 'var/lib/nfsha/guard/data.superseded'
  const [synced, others] = ['98BAD924C29CDD9', 'F362F2BC9E86F41']

  it.each([
    [
      'goes once they have come here',
      drbd('Connected', 'Secondary/Primary', 'UpToDate/UpToDate'),
      others,
      false,
    ],
    // DRBD may not have noticed yet that it is cut off.
    [
      'stays while the data here are the old ones',
      drbd('Connected', 'Secondary/Primary', 'UpToDate/UpToDate'),
      synced,
      true,
    ],
    [
      'stays where nobody knows what was here',
      drbd('Connected', 'Secondary/Primary', 'UpToDate/UpToDate'),
      'unknown',
      true,
    ],
    ['stays during the sync', drbd('SyncTarget', 'Secondary/Primary', 'Inconsistent/UpToDate'), others, true],
    [
      'stays while DRBD is cut off',
      drbd('WFConnection', 'Secondary/Unknown', 'UpToDate/DUnknown'),
      others,
      true,
    ],
  ])('%s', async (_, state, own, stays) => {
    const node = activeNode()
    node.after(1, 'rm run/nfsha/group.active')
    node.write('proc/drbd', state)
    node.write(mark, `1 superseded ${own} F362F2BC9E86F41\n`)
    await node.watch(4)
    expect(node.read(mark) !== undefined).toBe(stays)
  })
})

describe('StandAlone because a peer that stood still came back', () => {
  const own = '98BAD924C29CDD9'
  const record = (generation: string) =>
    `state=released generation=2 connected=no heartbeat=77 uuid=${generation}\n`
  const freezing = exampleCluster({ drbd: { ...example.drbd, fencing: 'resource-and-stonith' } })

  /** Passive; it gave up the newest data, which the peer has had called outdated since. */
  function lastToServe(cluster = freezing): World {
    const node = createWorld(cluster)
    worlds.push(node)
    node.after(1, 'rm run/nfsha/group.active')
    node.write('proc/drbd', drbd('StandAlone', 'Secondary/Unknown', 'Outdated/Outdated'))
    node.write('var/lib/nfsha/guard/data.record', record(own))
    return node
  }
  const connects = async (node: World) => {
    await node.watch(4)
    return node.calls().includes('drbdadm connect data')
  }

  it.each<[string, (node: World) => void]>([
    ['called outdated', () => undefined],
    [
      'not called outdated yet',
      node => node.write('proc/drbd', drbd('StandAlone', 'Secondary/Unknown', 'UpToDate/Outdated')),
    ],
  ])('connects again, its data %s', async (_, change) => {
    const node = lastToServe()
    change(node)
    expect(await connects(node)).toBe(true)
  })

  it.each<[string, (node: World) => void]>([
    [
      'the peer was never outdated',
      node => node.write('proc/drbd', drbd('StandAlone', 'Secondary/Unknown', 'UpToDate/DUnknown')),
    ],
    [
      'its data were changed since',
      node => node.write('var/lib/nfsha/guard/data.record', record('F362F2BC9E86F41')),
    ],
    [
      'it did not serve last',
      node => node.write('var/lib/nfsha/guard/data.record', record(own).replace('released', 'active')),
    ],
    ['a split-brain was seen', node => node.write('var/lib/nfsha/guard/data.split-brain', '1 split-brain\n')],
    ['the node is held', node => node.write('var/lib/nfsha/hold', 'maintenance\n')],
  ])('does not when %s', async (_, change) => {
    const node = lastToServe()
    change(node)
    expect(await connects(node)).toBe(false)
  })

  it('does not where writes are not frozen', async () => {
    expect(await connects(lastToServe(exampleCluster()))).toBe(false)
  })
})

describe('notices', () => {
  const conditions: readonly (readonly [string, (node: World) => void])[] = [
    ['2 split-brain', node => node.write('var/lib/nfsha/guard/data.split-brain', '1 split-brain\n')],
    [
      '2 standalone',
      node => node.write('proc/drbd', drbd('StandAlone', 'Primary/Unknown', 'UpToDate/DUnknown')),
    ],
    [
      '2 both-active',
      node => node.write('proc/drbd', drbd('Connected', 'Primary/Primary', 'UpToDate/UpToDate')),
    ],
    ['2 both-active', node => node.fail('arping')],
    [
      '4 disconnected',
      node => node.write('proc/drbd', drbd('WFConnection', 'Primary/Unknown', 'UpToDate/DUnknown')),
    ],
    [
      '4 one-copy',
      node => node.write('proc/drbd', drbd('SyncSource', 'Primary/Secondary', 'UpToDate/Inconsistent')),
    ],
    ['3 disk', node => node.write('proc/drbd', drbd('Connected', 'Primary/Secondary', 'Diskless/UpToDate'))],
    [
      '3 out-of-sync',
      node => node.write('proc/drbd', drbd('Connected', 'Primary/Secondary', 'UpToDate/UpToDate', 8)),
    ],
    ['3 peer-dead', node => node.write('peer', 'dead\n')],
    ['3 helper-silent', node => node.write(`proc/${noProcess}/stat`, `${noProcess} (rpc.mountd) T 1\n`)],
    ['3 helper-silent', node => node.write('proc/1/wchan', 'do_wait')],
    ['4 link-dead', node => node.write('dead/m2.redhat.sx-em2', '')],
    ['2 heartbeat-down', node => node.fail('cl_status')],
    [
      '3 start-failed',
      node => node.write('run/nfsha/start-failed', 'phase mount\nreason mount: wrong fs type\n'),
    ],
    [
      '3 refused',
      node =>
        node.write(
          'var/lib/nfsha/guard/refused',
          'resource data\nreason guard-disk its disk here is Outdated\nnext wait\n',
        ),
    ],
  ]

  it.each(conditions)('%s is told, once', async (told, inject) => {
    const node = activeNode()
    inject(node)
    await node.watch(4)
    const lines = (node.read('told') ?? '').split('\n').filter(line => line.startsWith(`${told}:`))
    expect(lines).toHaveLength(1)
  })

  const rehearsal = (...lines: string[]) => `#!/bin/sh\nprintf '${lines.join('\\n')}\\n'\n`
  const flaw = (text: string) => `refused\\tcommand\\tword\\t${text}\\tput it back`

  it.each([
    [
      'one thing is in the way',
      [flaw('exportfs is not there')],
      'could not take over now: exportfs is not there',
    ],
    [
      'several are',
      [flaw('ip is not there'), flaw('so is ss')],
      'could not take over now: ip is not there; and 1 more',
    ],
    ['something is worth knowing', ['told\\tname\\tx\\tx is\\ty'], undefined],
    ['nothing is', [], undefined],
  ])('tell of a standby whether it could take over: %s', async (_, lines, says) => {
    const node = activeNode()
    node.after(1, 'rm run/nfsha/group.active')
    node.executable('bin/nfsha-rehearse', rehearsal(...lines, 'end'))
    await node.watch(30)
    const told = (node.read('told') ?? '').split('\n').filter(line => line.includes('cannot-take-over'))
    expect(told).toHaveLength(says === undefined ? 0 : 1)
    if (says !== undefined) expect(told[0]).toMatch(new RegExp(`^3 cannot-take-over: .*${says}$`))
  })

  it('tell nothing of the kind of the active node', async () => {
    const node = activeNode()
    node.executable('bin/nfsha-rehearse', rehearsal(flaw('exportfs is not there'), 'end'))
    await node.watch(16)
    expect(node.read('told') ?? '').not.toContain('cannot-take-over')
  })

  it('do not call the other node an intruder once the group has moved to it', async () => {
    const node = activeNode()
    node.fail('arping')
    node.write('addresses', '')
    await node.watch(4)
    expect(node.read('told') ?? '').not.toContain('both-active')
  })

  it.each([
    ['ends when the peer serves and heartbeat hears it', 'active\n', undefined],
    ['stays while heartbeat does not hear the peer', 'dead\n', 'reason guard-disk'],
  ])('why a node would not be promoted %s', async (_case, peer, left) => {
    const node = activeNode()
    node.write('var/lib/nfsha/guard/refused', 'reason guard-disk')
    node.write('peer', peer)
    node.write('proc/drbd', drbd('Connected', 'Secondary/Primary', 'UpToDate/UpToDate'))
    node.after(1, 'rm run/nfsha/group.active')
    await node.watch(5)
    expect(node.read('var/lib/nfsha/guard/refused')).toBe(left)
  })

  it('are told again only after a while, however often they come and go', async () => {
    const node = activeNode({ repeatMs: 600_000 })
    const bad = drbd('WFConnection', 'Primary/Unknown', 'UpToDate/DUnknown')
    const good = drbd('Connected', 'Primary/Secondary', 'UpToDate/UpToDate')
    for (const look of [1, 7, 13]) {
      node.after(look, `cat >proc/drbd <<'X'\n${bad}X`)
      node.after(look + 3, `cat >proc/drbd <<'X'\n${good}X`)
    }
    const journal = events(await node.watch(18))
    expect(journal.filter(event => event === 'disconnected')).toHaveLength(1)
    expect(journal.filter(event => event === 'disconnected-over')).toHaveLength(1)
  })

  it('are not told on a held node', async () => {
    const node = activeNode()
    node.write('var/lib/nfsha/hold', 'maintenance\n')
    node.write('proc/drbd', drbd('WFConnection', 'Secondary/Unknown', 'UpToDate/DUnknown'))
    node.write('peer', 'dead\n')
    await node.watch(5)
    expect(node.read('told')).toBeUndefined()
  })

  it('never hold up the watch when the hook hangs', async () => {
    const node = activeNode()
    node.write('bin/hook', '#!/bin/sh\nexec /bin/sleep 20\n')
    node.write('var/lib/nfsha/guard/data.split-brain', '')
    await node.watch(4)
    expect(node.state(4).health).toBe('well')
  })
})

describe('what a tool of the network takes away', () => {
  const gone = '2: em1    inet 192.168.0.210/24 scope global em1\n'
  const changes = (world: World) =>
    world.calls().filter(call => /^ip (address|route) (replace|delete)/.test(call))

  it('is put back at once, without a restart, and told', async () => {
    const node = activeNode()
    node.write('addresses', gone)
    node.write('until', 'grep -q 192.168.0.219 "$ROOT/addresses"\n')
    // The first look may be sooner.
    const told = events(await node.watch(4)).filter(event => !['failing', 'well'].includes(event))
    expect(told).toEqual(['put-back'])
    expect(changes(node)).toEqual(['ip address replace 192.168.0.219/24 dev em1'])
    expect(node.calls()).toContain('arping -q -U -c 2 -w 3 -I em1 192.168.0.219')
    expect(deeds(node)).toEqual([])
    expect(node.state(4)).toMatchObject({ health: 'well', failing: [] })
  })

  it("waits for the node's own address, which must stay the first of its network", async () => {
    const node = activeNode()
    node.write('addresses', '')
    await node.watch(2)
    expect(changes(node)).toEqual([])
  })

  it.each([
    ['passive', 'rm run/nfsha/group.active'],
    ['giving the group up', ': >run/nfsha/group.releasing'],
    ['held', 'echo "by an administrator" >var/lib/nfsha/hold'],
  ])('is nobody else’s matter: not on a node that is %s', async (_, script) => {
    const node = activeNode()
    node.after(1, script)
    node.after(3, `printf '2: em1    inet 192.168.0.210/24 scope global em1\n' >addresses`)
    await node.watch(6)
    expect(changes(node)).toEqual([])
  })

  it('does not stay when the group is given up meanwhile', async () => {
    const node = activeNode()
    node.write('addresses', gone)
    node.write('given-up', '')
    node.write('until', 'grep -q "ip address delete" "$ROOT/calls"\n')
    await node.watch(2)
    expect(changes(node)).toEqual([
      'ip address replace 192.168.0.219/24 dev em1',
      'ip address delete 192.168.0.219/24 dev em1',
    ])
  })

  it('holds for host routes, on a passive node as well; one that cannot be put back is told', async () => {
    const node = activeNode()
    node.write('routes', '')
    node.after(1, 'rm run/nfsha/group.active')
    node.write('until', 'grep -q 172.16.100.211 "$ROOT/routes"\n')
    await node.watch(3)
    expect(changes(node)).toEqual([
      'ip route replace 172.16.0.211 dev em2 src 172.16.0.210 scope link',
      'ip route replace 172.16.100.211 dev em3 src 172.16.100.210 scope link',
    ])
  })
  it('tells a route that cannot be put back', async () => {
    const node = activeNode()
    node.write('routes', '')
    node.fail('route')
    await node.watch(3)
    expect(node.read('told')).toContain('4 route-lost: the route to 172.16.0.211 over em2 is gone')
  })
})

describe('the file system of the volume', () => {
  it.each([
    ['1000 80 1000 900', '4 nearly-full: data is nearly full: 92 % of its room are taken'],
    ['1000 900 1000 50', '4 nearly-full: data is nearly full: 95 % of its inodes are taken'],
  ])('is nearly full: %s', async (room, told) => {
    const node = activeNode()
    node.write('room', `${room}\n`)
    await node.watch(4)
    expect(node.read('told')).toContain(told)
    expect(deeds(node)).toEqual([])
  })

  it('is not, where it says no inodes', async () => {
    const node = activeNode()
    node.write('room', '1000 900 0 0\n')
    await node.watch(4)
    expect(node.read('told')).toBeUndefined()
  })

  it('says that it is damaged: told, and nothing is done about it, for the peer has the same', async () => {
    const node = activeNode()
    node.write('sys/fs/ext4/drbd0/errors_count', '2\n')
    await node.watch(5)
    expect(node.read('told')).toContain(
      '3 damaged: the file system of data says that it is damaged: errors 2',
    )
    expect(deeds(node)).toEqual([])
  })
})
