import { afterEach } from 'vitest'
import type { Cluster } from '../../../src/core/cluster.ts'
import { exampleCluster } from '../../fixtures/cluster.ts'
import { createWorld, type World } from './world.ts'

export const example = exampleCluster()

/** Where the promotion guard keeps its state, below a world's root. */
export const guard = 'var/lib/nfsha/guard'

/** What a mark may hold: since when, what, this node's data generation (as in world.ts), the peer's. */
export const markText = '1 superseded A1B2C3D4E5F6071 FFFFFFFFFFFFFFF\n'

/** Disks of a node that is cut off. */
export const alone = 'UpToDate/DUnknown'

/** DRBD of a standby that is cut off. */
export const cutOff = ['WFConnection', 'Secondary/Unknown', alone] as const

/** DRBD of a standby that has everything. */
export const inStep = ['Connected', 'Secondary/Secondary', 'UpToDate/UpToDate'] as const

const worlds: World[] = []

afterEach(() => {
  for (const world of worlds.splice(0)) world.end()
})

/** A node that is booted and in step with its peer; it goes away after the test. */
export function bootedNode(cluster: Cluster = example, name?: string): World {
  const world = nodeWithoutDrbd(cluster, name)
  world.drbd(...inStep)
  return world
}

/** A node on which DRBD is not even loaded. */
export function nodeWithoutDrbd(cluster: Cluster = example, name?: string): World {
  const world = createWorld(cluster, name)
  worlds.push(world)
  return world
}

/** A standby that is cut off from a peer that heartbeat calls alive. */
export function besideLivingPeer(cluster: Cluster = example): World {
  const world = bootedNode(cluster)
  world.drbd(...cutOff)
  world.write('peer', 'active\n')
  return world
}

/** How the script starts nfsd's threads under the scope of the example, and ends them. */
export const runThreads =
  'unshare --uts sh -c echo "$1" >/proc/sys/kernel/hostname && exec rpc.nfsd nfsd nfsha-m1-m2'
export const endThreads = 'sh -c echo 0 >/proc/fs/nfsd/threads'

/** The calls that matter for the order, their paths as on a node; but for the state's own file system (state.test). */
export function deeds(world: World): readonly string[] {
  return world
    .calls()
    .filter(call =>
      /^(drbdadm (primary|secondary)|mount|umount|systemctl|ip address|unshare|rpc|exportfs|sh -c echo)/.test(
        call,
      ),
    )
    .filter(call => !/^(mount .*-o loop|umount .*\.nfsha$)/.test(call))
    .map(call => call.replaceAll(/\/[^\s>]*nfsha-world-[^/]+/g, ''))
}

/** Starts, and says by which rule that was refused, or that it was promoted. */
export async function verdict(world: World): Promise<string> {
  const { code } = await world.run('m1-m2', 'start')
  if (world.calls().includes('drbdadm primary data')) return code === 0 ? 'promoted' : 'failed later'
  return /^reason (\S+)/m.exec(world.read(`${guard}/refused`) ?? '')?.[1] ?? 'failed without a reason'
}

export const twoVolumes = exampleCluster({
  volumes: [
    ...example.volumes,
    ...example.volumes.map(volume => ({
      ...volume,
      name: 'media',
      minor: 1,
      device: '/dev/drbd1',
      port: 7789,
      mountPoint: '/srv/media files',
      mountOptions: [],
      carriesState: false,
    })),
  ],
  vips: [...example.vips, { address: '192.168.0.220', prefix: 24, network: '192.168.0.0', link: 'em1' }],
})
