import type { ClusterStatus, NodeStatus } from '../../../src/status/status.ts'
import { volume } from '../sample-status.ts'

const link = (name: string, roles: NodeStatus['links'][number]['roles'], last: number) => ({
  ...{ name, nic: name, address: `10.0.${name.slice(2)}.${last}`, roles },
  state: 'up' as const,
})
const linksOf = (last: number) => [
  link('em1', ['service', 'heartbeat'], last),
  link('em2', ['heartbeat'], last),
  link('em3', ['heartbeat', 'replication'], last),
]

export const m1: NodeStatus = {
  name: 'm1',
  answered: true,
  links: linksOf(211),
  holding: 'all',
  heartbeat: {
    state: 'running',
    peer: 'active',
    links: ['em1', 'em2', 'em3'].map(medium => ({ to: 'm2', medium, up: true })),
  },
  volumes: [volume],
  nfs: {
    state: 'serving',
    threads: 8,
    inGrace: false,
    clients: [
      { address: '10.0.1.1', name: 'Linux NFSv4.2 c1', version: '4.2', status: 'confirmed', states: 3 },
    ],
    exports: { served: ['/srv/nfsha/data'], missing: [] },
  },
  vips: [{ address: '10.0.1.219', nic: 'em1' }],
}

export const m2: NodeStatus = {
  ...m1,
  name: 'm2',
  links: linksOf(212),
  holding: 'none',
  heartbeat: {
    ...m1.heartbeat,
    links: ['em1', 'em2', 'em3'].map(medium => ({ to: 'm1', medium, up: true })),
  },
  volumes: [{ ...volume, role: 'Secondary', mounted: false }],
  nfs: { state: 'stopped' },
  vips: [{ address: '10.0.1.219' }],
}

export const healthy: ClusterStatus = {
  cluster: 'lab',
  verdict: 'healthy',
  reason: 'm1 serves',
  active: 'm1',
  why: ['m1: data is Primary', 'm2 gets NFS from 10.0.1.219', 'c1 gets NFS from 10.0.1.219'],
  concerns: [],
  pending: [],
  notes: ['data was never verified: its initial sync was skipped'],
  failover: { node: 'm1', agoMs: 3_600_000, kind: 'planned', tookMs: 2400 },
  nodes: [m1, m2],
  clients: [{ name: 'c1', answered: true, vips: [{ address: '10.0.1.219', answers: 'yes' }] }],
}

/** A dead passive node, and a cut link that it has no part in. */
export const peerDown: ClusterStatus = {
  ...healthy,
  verdict: 'degraded',
  reason: 'm1 serves, but m2: did not answer: no route to host',
  next: 'reach m2, or its console',
  concerns: [
    { host: 'm2', text: 'did not answer: no route to host', next: 'reach m2, or its console' },
    { host: 'm1', text: 'data is WFConnection: it does not replicate' },
  ],
  nodes: [
    {
      ...m1,
      heartbeat: { ...m1.heartbeat, peer: 'dead', links: m1.heartbeat.links.map(l => ({ ...l, up: false })) },
      volumes: [{ ...volume, connection: 'WFConnection', peerDisk: 'DUnknown' }],
    },
    {
      ...m2,
      answered: false,
      problem: 'no route to host',
      links: m2.links.map(l => ({ ...l, state: 'unknown' })),
      holding: 'unknown',
      heartbeat: { state: 'unknown', links: [] },
      volumes: [{ ...volume, role: 'unknown', connection: 'unknown', disk: 'unknown', peerDisk: 'unknown' }],
      nfs: { state: 'unknown' },
    },
  ],
}

const { active: _active, ...withoutActive } = healthy

/** Everything cut without fencing. */
export const splitBrain: ClusterStatus = {
  ...withoutActive,
  verdict: 'split-brain',
  reason: 'both nodes act: m1 (data is Primary) and m2 (data is Primary)',
  next: '`nfsha split-brain show` compares both sides; change nothing before',
  why: [],
  nodes: [
    {
      ...m1,
      links: m1.links.map(l => ({ ...l, state: 'down' })),
      heartbeat: { ...m1.heartbeat, peer: 'dead', links: m1.heartbeat.links.map(l => ({ ...l, up: false })) },
      volumes: [{ ...volume, connection: 'StandAlone', peerDisk: 'DUnknown' }],
    },
    {
      ...m1,
      name: 'm2',
      heartbeat: { ...m2.heartbeat, peer: 'dead', links: m2.heartbeat.links.map(l => ({ ...l, up: false })) },
      volumes: [{ ...volume, connection: 'StandAlone', peerDisk: 'DUnknown' }],
    },
  ],
  clients: [
    { name: 'c1', answered: true, vips: [{ address: '10.0.1.219', answers: 'no', text: 'timed out' }] },
    { name: 'backup-client-7.example.org', answered: false, problem: 'timed out', vips: [] },
    ...['c3', 'c4', 'c5', 'c6'].map(name => ({
      name,
      answered: true,
      vips: [{ address: '10.0.1.219', answers: 'yes' as const }],
    })),
  ],
}
