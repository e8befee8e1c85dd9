import type { Cluster, Export, ExportClient } from '../core/cluster.ts'
import { exportsField } from '../core/spelling.ts'
import type { View } from './view.ts'

/** exports(5): a path and its clients a line. */
export const exportsView: View = ({ cluster }) => ({
  exports: cluster.exports.map(each => ({
    path: exportsField(each.path),
    clients: each.clients.map(client => clientField(cluster, each, client)).join(' '),
  })),
})

function clientField(cluster: Cluster, exported: Export, client: ExportClient): string {
  const mount = cluster.volumes.find(({ name }) => name === exported.volume)?.mountPoint
  const added = [`fsid=${exported.fsid}`, ...(mount === undefined ? [] : mountOption(mount))]
  const options = [...client.options, ...added.filter(option => !says(client.options, option))]
  return `${client.match}(${options.join(',')})`
}

/** Whether the options name this one already, under its own or its long name. */
function says(options: readonly string[], option: string): boolean {
  const nameOf = (text: string) => (text.split('=')[0] ?? '').replace(/^mp$/, 'mountpoint')
  return options.some(each => nameOf(each) === nameOf(option))
}

/**
 * `mp=`: not exported while the volume is not mounted, so that no client ever writes to the node's
 * own disk. Left out where exportfs 2.6.2 cannot keep it: it writes the path to etab as it is, and a
 * blank or a comma there makes every later export vanish.
 */
function mountOption(mountPoint: string): readonly string[] {
  return /[\s,()"'\\#]/.test(mountPoint) ? [] : [`mp=${mountPoint}`]
}
