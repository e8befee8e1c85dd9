import type { DeviceCost, NodeStatus } from '../status/status.ts'

type Value = number | boolean | undefined
type Sample = readonly [labels: Readonly<Record<string, string>>, value: Value]

/** What the devices of the volumes cost on each node, as families of metrics. */
export function deviceFamilies(nodes: readonly NodeStatus[]) {
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

function samplesOf(nodes: readonly NodeStatus[], value: (device: DeviceCost) => Value): readonly Sample[] {
  return nodes.flatMap(node =>
    node.volumes.flatMap(({ name: volume, devices = [] }) =>
      devices.map((one): Sample => [{ node: node.name, volume, device: one.device }, value(one)]),
    ),
  )
}
