import { type Client, type ClientMount, mountSource } from '../core/cluster.ts'
import { mountsField, prometheusLabel } from '../core/spelling.ts'
import type { View } from './view.ts'

/** The files of a client: the item is the client, since a client is no node. */
export const clientView: View = ({ cluster, item }) => {
  const { mounts, watch, autofs } = item as Client
  const spelt = (mount: ClientMount) => ({
    path: mount.path,
    mountField: mountsField(mount.path),
    label: prometheusLabel(mount.path),
    source: mountsField(mountSource(cluster, mount)),
    // Where an automount stands that mounts it, as mountinfo spells it.
    guardField: mountsField(guardOf(mount)),
    by: mount.by,
  })
  return {
    mounts: mounts.map(spelt),
    fstabMounts: mounts
      .filter(({ by }) => by !== 'autofs')
      .map(mount => ({ ...spelt(mount), options: fstabOptions(mount) })),
    autofsMounts: mounts
      .filter(({ by }) => by === 'autofs')
      .map(mount => ({
        ...spelt(mount),
        key: mount.path.slice(mount.path.lastIndexOf('/') + 1),
        options: mount.options.join(','),
      })),
    autofsBase: autofs?.base ?? '',
    idleSeconds: autofs?.idleSeconds,
    everySeconds: watch?.everySeconds,
    patienceSeconds: watch?.patienceSeconds,
  }
}

/** The client boots without the server: nofail. */
function fstabOptions({ options, by }: ClientMount): string {
  const automount = ['noauto', 'x-systemd.automount', 'x-systemd.mount-timeout=30']
  return mountsField([...options, 'nofail', ...(by === 'automount' ? automount : [])].join(','))
}

function guardOf({ path, by }: ClientMount): string {
  if (by === 'boot') return ''
  return by === 'automount' ? path : path.slice(0, path.lastIndexOf('/'))
}
