import type { Client } from '../core/cluster.ts'
import type { View } from './view.ts'

/** fstab(5) and proc(5), mountinfo, write a blank so. */
const blank = '\\040'

/** The files of a client: the item is the client, since a client is no node. */
export const clientView: View = ({ cluster, item }) => {
  const { mounts, watch } = item as Client
  const [vip] = cluster.vips
  return {
    mounts: mounts.map(({ export: exported, path, options, by }) => ({
      path,
      mountField: path.replaceAll(' ', blank),
      // A label of Prometheus doubles the backslash.
      label: path.replaceAll(' ', `\\${blank}`),
      source: `${vip?.address ?? ''}:${exported}`.replaceAll(' ', blank),
      // The client boots without the server: nofail.
      options: [
        ...options,
        'nofail',
        ...(by === 'automount' ? ['noauto', 'x-systemd.automount', 'x-systemd.mount-timeout=30'] : []),
      ].join(','),
    })),
    everySeconds: watch?.everySeconds,
    patienceSeconds: watch?.patienceSeconds,
  }
}
