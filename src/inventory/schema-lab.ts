import { z } from 'zod'
import * as scalar from './scalars.ts'

const mib = (least: number) => scalar.whole(least, 1_048_576)

/** How `nfsha lab` builds this cluster on one machine; nothing else reads it, and the nodes never see it. */
export const lab = z
  .strictObject({
    directory: z
      .string()
      .min(1)
      .prefault('.nfsha/lab')
      .describe(
        "State of this lab: disks, snapshots, keys, logs. Relative to the inventory's folder. Default .nfsha/lab; two labs with two directories and other ports run at once.",
      ),
    accel: z
      .enum(['auto', 'kvm', 'tcg'])
      .prefault('auto')
      .describe(
        'Default auto: KVM when a short trial boot with it prints a kernel line, else emulation; /dev/kvm may exist and not work.',
      ),
    network: z
      .enum(['isolated', 'open'])
      .prefault('isolated')
      .describe(
        'Default isolated: guests reach each other and nothing else, since the packages are in the image. open: the package registry too.',
      ),
    memory: z
      .strictObject({
        node: mib(384).prefault(640).describe('MiB. Default 640: seen to suffice under emulation.'),
        client: mib(256).prefault(384).describe('MiB. Default 384: it only mounts and writes.'),
      })
      .prefault({})
      .describe('Memory of the guests.'),
    disks: z
      .array(mib(64))
      .min(1)
      .max(8)
      .prefault([512, 256])
      .describe(
        'MiB, data disks of each node from /dev/vdb on. Default 512 and a spare of 256: a full first sync takes about 90 s.',
      ),
    client: scalar.hostName
      .prefault('client')
      .describe(
        'Name of the guest beside the nodes when the inventory lists no client: LAN neighbour, ping node, time source. Default client.',
      ),
    ports: z
      .record(scalar.hostName, scalar.port)
      .prefault({})
      .describe(
        "Ports on 127.0.0.1 that lead to a guest's SSH. Default: the host's ssh port where its ssh host is 127.0.0.1, else port-base and its place.",
      ),
    'port-base': scalar.port.prefault(22_100).describe('See ports. Default 22100: rarely taken.'),
  })
  .transform(({ 'port-base': portBase, ...rest }) => ({ ...rest, portBase }))
  .optional()
  .describe('How `nfsha lab` builds this cluster on one machine.')

export type LabSettings = NonNullable<z.output<typeof lab>>
