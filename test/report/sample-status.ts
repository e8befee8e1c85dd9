import type { ClusterStatus, NodeStatus, VolumeStatus } from '../../src/status/status.ts'

/** A volume in order, on the active node. */
export const volume: VolumeStatus = {
  name: 'data',
  device: '/dev/drbd0',
  role: 'Primary',
  connection: 'Connected',
  disk: 'UpToDate',
  peerDisk: 'UpToDate',
  mounted: true,
}

/** The node that serves, and the other one. */
export const m1: NodeStatus = {
  name: 'm1',
  answered: true,
  links: [
    { name: 'em1', nic: 'em1', address: '192.168.0.211', roles: ['service'], state: 'up' },
    { name: 'em2', nic: 'em2', address: '10.0.2.1', roles: ['heartbeat'], state: 'down' },
  ],
  holding: 'all',
  heartbeat: {
    state: 'running',
    peer: 'active',
    links: [
      { to: 'm2', medium: 'em1', up: true },
      { to: 'm2', medium: 'em2', up: false },
      { to: '192.168.0.1', medium: '192.168.0.1', up: true },
    ],
  },
  volumes: [volume],
  nfs: {
    state: 'serving',
    threads: 8,
    inGrace: false,
    clientsRecorded: true,
    clients: [
      { address: '192.168.0.1', name: 'Linux NFSv4.2 c1', version: '4.2', status: 'confirmed', states: 3 },
    ],
    exports: { served: ['/srv/nfsha/data'], missing: [] },
  },
  vips: [{ address: '192.168.0.219', nic: 'em1' }],
  clock: { isSynchronised: true, aheadMs: 200 },
  room: [{ path: '/', size: 1000, available: 400, taken: 0.5, inodesTaken: 0.25 }],
  monitor: { state: 'running', agoMs: 2000, role: 'active', health: 'well', failing: [] },
}

export const m2: NodeStatus = {
  ...m1,
  name: 'm2',
  holding: 'none',
  volumes: [{ ...volume, role: 'Secondary', mounted: false }],
  nfs: { state: 'stopped' },
  vips: [{ address: '192.168.0.219' }],
  couldTakeOver: true,
  monitor: { state: 'running', role: 'passive', health: 'idle', failing: [] },
}

/** A pair of which all is well but one medium. */
export const healthy: ClusterStatus = {
  cluster: 'lab',
  verdict: 'healthy',
  reason: 'm1 serves',
  active: 'm1',
  why: ['data is Primary there'],
  concerns: [],
  pending: [],
  notes: [],
  nodes: [m1, m2],
  clients: [],
}
