import type { Cluster } from '../core/cluster.ts'
import type { Concern, DeviceCost, NodeStatus } from './status.ts'

/** Disks that are slow on an answering node; where none is, whether the link between the nodes is. */
export function deviceConcerns(
  cluster: Cluster,
  nodes: readonly NodeStatus[],
  active: string | undefined,
): readonly Concern[] {
  const slow = nodes.flatMap(({ name, volumes }) =>
    volumes.flatMap(volume =>
      (volume.devices ?? []).flatMap(({ device, slow }) =>
        slow === undefined
          ? []
          : [
              {
                host: name,
                text: `the disk ${device} of ${volume.name} is slow, and so is every write: ${slow}`,
                next: `\`nfsha isolate INVENTORY ${name}\`: writes go on without it; \`nfsha explain slow-disk\``,
              },
            ],
      ),
    ),
  )
  return slow.length > 0 ? slow : slowLinks(cluster, nodes, active)
}

/** What DRBD's own device takes beyond both disks. The activity log comes first, on the same disk (drbd.conf(5), al-extents). */
function slowLinks(
  { monitor, volumes }: Cluster,
  nodes: readonly NodeStatus[],
  active: string | undefined,
): readonly Concern[] {
  return volumes.flatMap(({ name, device }, i) => {
    const costs = nodes.map(node => ({ node: node.name, devices: node.volumes[i]?.devices ?? [] }))
    const own = device.replace('/dev/', '')
    const whole = worst(
      costs
        .filter(({ node }) => node === active)
        .flatMap(({ devices }) => devices.filter(one => one.device === own)),
    )
    const disks = costs.map(({ devices }) => worst(devices.filter(one => one.device !== own)))
    if (whole === undefined || disks.length < 2 || disks.includes(undefined)) return []
    const apart = whole - 2 * Math.max(...disks.map(each => each ?? 0))
    if (apart < monitor.slowAfterMs) return []
    return [
      {
        ...(active !== undefined && { host: active }),
        text: `a write to ${name} takes ${whole} ms, and neither disk does: the link between the nodes takes the rest`,
        next: '`nfsha explain slow-link`',
      },
    ]
  })
}

function worst(devices: readonly DeviceCost[]): number | undefined {
  const known = devices.flatMap(({ writeMs }) => writeMs ?? [])
  return known.length === 0 ? undefined : Math.max(...known)
}
