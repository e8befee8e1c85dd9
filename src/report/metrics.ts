import { Gauge, Registry } from 'prom-client'
import type { ClusterStatus, NodeStatus, Verdict, VolumeStatus } from '../status/status.ts'
import { deviceFamilies } from './device-metrics.ts'

const verdicts: readonly Verdict[] = ['healthy', 'degraded', 'down', 'split-brain', 'unanswered']

/** The media type of the text. */
export const metricsType = Registry.PROMETHEUS_CONTENT_TYPE

type Labels = Readonly<Record<string, string>>
type Sample = readonly [labels: Labels, value: number | boolean | undefined]

/** A family of metrics: its name without `nfsha_`, what it means, and its samples. Unknown values have none. */
interface Family {
  readonly name: string
  readonly help: string
  readonly samples: readonly Sample[]
}

/**
 * The status as Prometheus' text format. What is not known is left out, so that an alert on it is one
 * on `absent`; durations are seconds, sizes bytes, claims 1 or 0. `read`: when, and how long it took.
 */
export async function metricsText(
  status: ClusterStatus,
  read: { readonly atMs: number; readonly tookMs: number },
): Promise<string> {
  const registry = new Registry()
  for (const { name, help, samples } of [...clusterFamilies(status, read), ...nodeFamilies(status)]) {
    const known = samples.flatMap(([labels, value]) =>
      value === undefined ? [] : [{ labels: { cluster: status.cluster, ...labels }, value: Number(value) }],
    )
    const [first] = known
    if (first === undefined) continue
    const labelNames = Object.keys(first.labels)
    const gauge = new Gauge({ name: `nfsha_${name}`, help, labelNames, registers: [registry] })
    for (const { labels, value } of known) gauge.set(labels, value)
  }
  return await registry.metrics()
}

function clusterFamilies(
  status: ClusterStatus,
  read: { readonly atMs: number; readonly tookMs: number },
): readonly Family[] {
  const { verdict, active, concerns, pending, failover, lastRun, clients } = status
  return [
    {
      name: 'verdict',
      help: 'How the cluster is: 1 for the verdict that holds, 0 for the others.',
      samples: verdicts.map(each => [{ verdict: each }, each === verdict]),
    },
    { name: 'concerns', help: 'Things that are not as they should be.', samples: [[{}, concerns.length]] },
    {
      name: 'pending_edits',
      help: 'Edits on the active node that count from the next time that the group moves.',
      samples: [[{}, pending.length]],
    },
    {
      name: 'active',
      help: 'Whether a node serves.',
      samples: status.nodes.map(({ name }) => [{ node: name }, name === active]),
    },
    {
      name: 'could_take_over',
      help: 'Whether a rehearsal on a node found all that a takeover needs.',
      samples: status.nodes.map(({ name, couldTakeOver }) => [{ node: name }, couldTakeOver]),
    },
    {
      name: 'takeover_age_seconds',
      help: 'How long ago a node last took the group over.',
      samples:
        failover === undefined ? [] : [[{ node: failover.node, kind: failover.kind }, failover.agoMs / 1000]],
    },
    {
      name: 'last_run_ok',
      help: 'Whether the last run of nfsha on the nodes did what it was to do.',
      samples: lastRun === undefined ? [] : [[{ playbook: lastRun.playbook }, lastRun.result === 'done']],
    },
    {
      name: 'verified_timestamp_seconds',
      help: 'When both sides of a volume were last compared whole.',
      samples: verifiedSamples(status, ({ at }) => Date.parse(at) / 1000),
    },
    {
      name: 'verified_difference_bytes',
      help: 'How much differed then.',
      samples: verifiedSamples(status, ({ outOfSyncKib }) => outOfSyncKib * 1024),
    },
    {
      name: 'vip_answers',
      help: 'Whether a client gets its export from a VIP.',
      samples: clients.flatMap(({ name, vips }) =>
        vips.map(
          ({ address, answers }): Sample => [
            { client: name, address },
            answers === 'unknown' ? undefined : answers === 'yes',
          ],
        ),
      ),
    },
    { name: 'read_timestamp_seconds', help: 'When this was read.', samples: [[{}, read.atMs / 1000]] },
    { name: 'read_duration_seconds', help: 'How long reading took.', samples: [[{}, read.tookMs / 1000]] },
  ]
}

function verifiedSamples(
  { nodes }: ClusterStatus,
  value: (verified: NonNullable<VolumeStatus['verified']>) => number,
): readonly Sample[] {
  return nodes.flatMap(node =>
    node.volumes.flatMap(({ name, verified }): Sample[] =>
      verified === undefined ? [] : [[{ node: node.name, volume: name }, value(verified)]],
    ),
  )
}

function nodeFamilies({ nodes }: ClusterStatus): readonly Family[] {
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
    {
      name: 'vip_held',
      help: 'Whether a node has a VIP.',
      samples: answered.flatMap(({ name, vips }) =>
        vips.map(({ address, nic }): Sample => [{ node: name, address }, nic !== undefined]),
      ),
    },
  ]
}
