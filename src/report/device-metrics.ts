import type { DeviceCost, NodeStatus } from '../status/status.ts'
import type { Family, Sample } from './metric-family.ts'

/** What the devices of the volumes cost on each node, as families of metrics. */
export function deviceFamilies(nodes: readonly NodeStatus[]): readonly Family[] {
  return [
    {
      name: 'device_write_seconds',
      help: 'What a write took of late: on a disk, or on DRBD with the link and both disks.',
      samples: samplesOf(nodes, ({ writeMs }) => (writeMs === undefined ? undefined : writeMs / 1000)),
    },
    {
      name: 'device_slow',
      help: 'Whether a disk below a volume is slow.',
      samples: samplesOf(nodes, ({ slow }) => slow !== undefined),
    },
  ]
}

function samplesOf(
  nodes: readonly NodeStatus[],
  value: (device: DeviceCost) => Sample[1],
): readonly Sample[] {
  return nodes.flatMap(node =>
    node.volumes.flatMap(({ name: volume, devices = [] }) =>
      devices.map((one): Sample => [{ node: node.name, volume, device: one.device }, value(one)]),
    ),
  )
}
