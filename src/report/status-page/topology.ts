import type {
  ClientStatus,
  ClusterStatus,
  LinkStatus,
  NodeStatus,
  VolumeStatus,
} from '../../status/status.ts'

/** How a part of the picture is: works, does not, works for now, waits for its turn, or nobody knows. */
export type State = 'good' | 'bad' | 'warn' | 'idle' | 'unknown'

export interface NodeBox {
  readonly name: string
  readonly lines: readonly string[]
  readonly state: State
}

/** What joins the two nodes: a link of the inventory, or a volume's replication. */
export interface Wire {
  readonly name: string
  readonly about: string
  readonly state: State
  /** Replication: towards which side data goes. */
  readonly flow?: 'left' | 'right'
  readonly isReplication: boolean
}

export interface ClientBox {
  readonly name: string
  readonly about: string
  readonly state: State
}

/** The cluster as it is drawn. Nodes stand left and right, in the inventory's order. */
export interface Topology {
  readonly nodes: readonly NodeBox[]
  readonly wires: readonly Wire[]
  readonly vip: {
    readonly lines: readonly string[]
    readonly state: State
    /** Sides that have the address. One is right. */
    readonly holders: readonly number[]
  }
  readonly clients: readonly ClientBox[]
}

export function topologyOf(status: ClusterStatus): Topology {
  const { nodes, active, clients } = status
  return {
    nodes: nodes.map(node => nodeBox(node, node.name === active)),
    wires: [...linkWires(nodes), ...volumeWires(nodes)],
    vip: vipOf(nodes),
    clients: clients.map(clientBox),
  }
}

function nodeBox(node: NodeStatus, isActive: boolean): NodeBox {
  const { name, answered, heartbeat, nfs, volumes } = node
  if (!answered) return { name, lines: [isActive ? 'seems to serve' : 'no answer'], state: 'bad' }
  const isReady = node.holding === 'none' && node.held === undefined && heartbeat.state === 'running'
  return {
    name,
    lines: [
      part(node, isActive),
      `heartbeat ${{ running: 'runs', stopped: 'stopped', unknown: '?' }[heartbeat.state]}`,
      nfs.state === 'serving' ? `${nfs.threads ?? '?'} NFS threads` : `NFS ${nfs.state}`,
      ...volumes.map(volume => `${volume.name} ${volume.disk}`),
    ],
    state: isActive ? 'good' : isReady ? 'idle' : 'warn',
  }
}

/** Its part in the group, in a word. */
function part({ held, holding }: NodeStatus, isActive: boolean): string {
  if (held !== undefined) return 'held'
  if (isActive) return 'active'
  return { none: 'passive', all: 'has the group', some: 'has a part of it', unknown: 'does not say' }[holding]
}

/** One wire for each link that both nodes have, by its name. */
function linkWires([left, right]: readonly NodeStatus[]): readonly Wire[] {
  if (left === undefined || right === undefined) return []
  return left.links.map(link => {
    const other = right.links.find(({ name }) => name === link.name)
    const faults = [
      ...faultsOf(left, link, right),
      ...(other === undefined ? [] : faultsOf(right, other, left)),
    ]
    const isKnown = isSeen(left, link) || (other !== undefined && isSeen(right, other))
    return {
      name: link.name,
      about: faults.length > 0 ? faults.join(', ') : isKnown ? link.roles.join(', ') : 'unknown',
      state: faults.length > 0 ? 'bad' : isKnown ? 'good' : 'unknown',
      isReplication: false,
    }
  })
}

function isSeen({ answered }: NodeStatus, { state }: LinkStatus): boolean {
  return answered && state !== 'unknown'
}

/** What is wrong with a link as one node sees it. A dead node makes all its links silent: that is no link's fault. */
function faultsOf(node: NodeStatus, link: LinkStatus, peer: NodeStatus): readonly string[] {
  if (!node.answered) return []
  if (link.state !== 'up' && link.state !== 'unknown') return [`${link.state} on ${node.name}`]
  const isSilent = node.heartbeat.links.some(
    ({ to, medium, up }) => !up && medium === link.nic && to === peer.name.toLowerCase(),
  )
  return isSilent && peer.answered ? [`${node.name} hears nothing`] : []
}

function volumeWires(nodes: readonly NodeStatus[]): readonly Wire[] {
  const [left, right] = nodes
  return (left?.volumes ?? []).map((volume, i) => {
    const sides = [volume, right?.volumes[i]]
    const known = sides.filter(side => side !== undefined && side.connection !== 'unknown')
    const primary = sides.findIndex(side => side?.role === 'Primary')
    return {
      name: `DRBD ${volume.name}`,
      ...connectionOf(known.filter(side => side !== undefined)),
      ...(primary !== -1 && { flow: primary === 0 ? ('right' as const) : ('left' as const) }),
      isReplication: true,
    }
  })
}

function connectionOf(sides: readonly VolumeStatus[]): Pick<Wire, 'about' | 'state'> {
  const [first] = sides
  if (first === undefined) return { about: 'unknown', state: 'unknown' }
  if (sides.length === 2 && sides.every(({ role }) => role === 'Primary'))
    return { about: 'both Primary', state: 'bad' }
  const syncing = sides.find(({ connection }) => /Sync/.test(connection))
  if (syncing !== undefined)
    return {
      about: syncing.sync === undefined ? syncing.connection : `syncing, ${syncing.sync.percent} %`,
      state: 'warn',
    }
  const parted = sides.find(({ connection }) => !/^(Connected|Verify)/.test(connection))
  return parted === undefined
    ? { about: first.connection, state: 'good' }
    : { about: parted.connection, state: 'bad' }
}

function vipOf(nodes: readonly NodeStatus[]): Topology['vip'] {
  const addresses = nodes[0]?.vips.map(({ address }) => address) ?? []
  const holders = nodes.flatMap(({ vips }, side) => (vips.some(({ nic }) => nic !== undefined) ? [side] : []))
  const names = holders.map(side => nodes[side]?.name ?? '')
  const isPartial = nodes.some(({ answered }) => !answered)
  const state = holders.length === 1 ? 'good' : holders.length === 0 && isPartial ? 'unknown' : 'bad'
  const who = names.length === 0 ? (isPartial ? 'holder unknown' : 'on no node') : `on ${names.join(' and ')}`
  return { lines: [...addresses, who], state, holders }
}

function clientBox({ name, answered, vips }: ClientStatus): ClientBox {
  if (!answered) return { name, about: 'not reached', state: 'unknown' }
  const answers = vips.map(vip => vip.answers)
  if (answers.includes('no')) return { name, about: 'gets no answer', state: 'bad' }
  return answers.includes('yes')
    ? { name, about: 'gets NFS', state: 'good' }
    : { name, about: 'does not say', state: 'unknown' }
}
