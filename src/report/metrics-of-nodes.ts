import type { ClusterStatus, NodeStatus, VolumeStatus } from '../status/status.ts'
import { deviceFamilies } from './device-metrics.ts'
import type { Family, Sample } from './metric-family.ts'

/** What each node says of itself. */
export function nodeFamilies({ nodes }: ClusterStatus): readonly Family[] {
  const answered = nodes.filter(node => node.answered)
  const ofNode = (name: string, help: string, value: (node: NodeStatus) => Sample[1]): Family => ({
    name,
    help,
    samples: answered.map(node => [{ node: node.name }, value(node)]),
  })
  const ofVolume = (name: string, help: string, value: (volume: VolumeStatus) => Sample[1]): Family => ({
    name: `drbd_${name}`,
    help,
    samples: answered.flatMap(node =>
      node.volumes.map(
        (volume): Sample => [
          { node: node.name, volume: volume.name },
          volume.connection === 'unknown' ? undefined : value(volume),
        ],
      ),
    ),
  })
  const ofFileSystem = (
    name: string,
    help: string,
    value: (health: NonNullable<VolumeStatus['health']>) => Sample[1],
  ): Family => ({
    name: `volume_${name}`,
    help,
    samples: answered.flatMap(node =>
      node.volumes.flatMap(({ name: volume, health }): Sample[] =>
        health === undefined ? [] : [[{ node: node.name, volume }, value(health)]],
      ),
    ),
  })
  const ofSystem = (
    name: string,
    help: string,
    value: (room: NonNullable<NodeStatus['room']>[number]) => number,
  ): Family => ({
    name: `system_${name}`,
    help,
    samples: answered.flatMap(({ name: node, room = [] }) =>
      room.map((each): Sample => [{ node, path: each.path }, value(each)]),
    ),
  })
  return [
    {
      name: 'node_answers',
      help: 'Whether a node answers SSH, by whatever way.',
      samples: nodes.map(node => [{ node: node.name }, node.answered]),
    },
    ofNode('node_held', 'Whether an administrator holds a node out.', ({ held }) => held !== undefined),
    ofNode('heartbeat_running', 'Whether heartbeat runs on a node.', ({ heartbeat: { state } }) =>
      state === 'unknown' ? undefined : state === 'running',
    ),
    ofNode(
      'heartbeat_peer_active',
      'Whether heartbeat there sees the other node.',
      ({ heartbeat: { peer } }) => (peer === undefined ? undefined : peer === 'active'),
    ),
    {
      name: 'heartbeat_link_up',
      help: 'Whether heartbeat hears a node or ping node over a medium.',
      samples: answered.flatMap(({ name, heartbeat }) =>
        heartbeat.links.map(({ to, medium, up }): Sample => [{ node: name, to, medium }, up]),
      ),
    },
    {
      name: 'link_up',
      help: 'Whether an interface has carrier and its address.',
      samples: answered.flatMap(({ name, links }) =>
        links.map(
          ({ name: link, state }): Sample => [
            { node: name, link },
            state === 'unknown' ? undefined : state === 'up',
          ],
        ),
      ),
    },
    ofVolume('connected', 'Whether DRBD replicates.', ({ connection }) =>
      /^(Connected|Sync|PausedSync|Verify)/.test(connection),
    ),
    ofVolume('primary', 'Whether a node is Primary.', ({ role }) => role === 'Primary'),
    ofVolume('up_to_date', "Whether a node's disk is UpToDate.", ({ disk }) => disk === 'UpToDate'),
    ofVolume('out_of_sync_bytes', 'What the other side lacks.', ({ outOfSyncKib }) =>
      outOfSyncKib === undefined ? undefined : outOfSyncKib * 1024,
    ),
    ofVolume('suspended', 'Whether writes are held back.', ({ suspended }) => suspended),
    ofVolume('sync_ratio', 'How far a resync or verify is.', ({ sync }) =>
      sync === undefined ? undefined : sync.percent / 100,
    ),
    ...deviceFamilies(answered),
    ofFileSystem(
      'size_bytes',
      'How big the file system of a volume is, where it is mounted.',
      ({ size }) => size,
    ),
    ofFileSystem(
      'available_bytes',
      'What others than root may still take of it.',
      ({ available }) => available,
    ),
    ofFileSystem('inodes', 'How many inodes it has.', ({ inodes }) => inodes),
    ofFileSystem('inodes_free', 'How many of them are free.', ({ inodesFree }) => inodesFree),
    ofFileSystem('errors', 'Errors that it has counted since it was last checked.', ({ errors }) => errors),
    ofFileSystem('read_only', 'Whether it takes no writes.', ({ isReadOnly }) => isReadOnly),
    ofNode('monitor_running', 'Whether nfsha-monitor watches on a node.', ({ monitor }) =>
      monitor === undefined || monitor.state === 'unknown' ? undefined : monitor.state === 'running',
    ),
    ofNode('monitor_age_seconds', 'How long ago nfsha-monitor last said how it is.', ({ monitor }) =>
      monitor?.agoMs === undefined ? undefined : monitor.agoMs / 1000,
    ),
    ofNode('monitor_failing', 'Checks of nfsha-monitor that fail.', ({ monitor }) =>
      monitor?.state === 'running' ? monitor.failing.length : undefined,
    ),
    ofNode('nfs_threads', 'Threads of the NFS server.', ({ nfs }) =>
      nfs.state === 'unknown' ? undefined : (nfs.threads ?? 0),
    ),
    ofNode('nfs_clients', 'Clients of the NFS server.', ({ nfs }) => nfs.clients?.length),
    ofNode('nfs_in_grace', 'Whether new opens and locks wait.', ({ nfs }) => nfs.inGrace),
    ofNode(
      'nfs_clients_recorded',
      'Whether nfsd records its clients through nfsdcld, so that the other node knows them.',
      ({ nfs }) => nfs.clientsRecorded,
    ),
    ofNode('exports_missing', 'Exports that are not served.', ({ nfs }) => nfs.exports?.missing.length),
    ofNode(
      'clock_synchronised',
      'Whether the clock of a node is synchronised.',
      ({ clock }) => clock?.isSynchronised,
    ),
    ofNode(
      'clock_ahead_seconds',
      "How far a node's clock is ahead of the other one's; they are read in one round, not at one instant.",
      ({ clock }) => (clock?.aheadMs === undefined ? undefined : clock.aheadMs / 1000),
    ),
    ofSystem(
      'taken_ratio',
      "How much of the room of a node's own file system is taken.",
      ({ taken }) => taken,
    ),
    ofSystem('inodes_taken_ratio', 'How many of its inodes are taken.', ({ inodesTaken }) => inodesTaken),
    {
      name: 'vip_held',
      help: 'Whether a node has a VIP.',
      samples: answered.flatMap(({ name, vips }) =>
        vips.map(({ address, nic }): Sample => [{ node: name, address }, nic !== undefined]),
      ),
    },
  ]
}
