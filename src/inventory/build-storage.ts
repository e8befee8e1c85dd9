import { createHash } from 'node:crypto'
import type { Export, Volume } from '../core/cluster.ts'
import { completeOptions } from './export-options.ts'
import type { Inventory } from './schema.ts'
import { firstDrbdPort } from './schema-storage.ts'
import { isWithin } from './text.ts'

export function buildVolumes(inventory: Inventory): readonly Volume[] {
  return Object.entries(inventory.volumes).map(([name, written], index) => {
    const minor = written.minor ?? index
    return {
      name,
      minor,
      device: `/dev/drbd${minor}`,
      port: written.port ?? firstDrbdPort + index,
      mountPoint: written.mount,
      fsType: written.fs,
      mkfsOptions: written['mkfs-options'],
      mountOptions: mountOptions(written),
      initialSync: written['initial-sync'],
      carriesState: index === 0,
    }
  })
}

/** ext4 goes on after an error unless somebody chose otherwise, in either way: what tune2fs(8) -e left there counts no more. */
function mountOptions(written: Inventory['volumes'][string]): readonly string[] {
  const options = written['mount-options']
  if (written.fs !== 'ext4' || options.some(option => option.startsWith('errors='))) return options
  return [...options, `errors=${written.errors ?? 'continue'}`]
}

/** The volume that holds a path: the one with the longest mount point that leads to it. */
export function volumeOf(volumes: readonly Volume[], path: string): Volume | undefined {
  return volumes
    .filter(volume => isWithin(path, volume.mountPoint))
    .sort((a, b) => b.mountPoint.length - a.mountPoint.length)[0]
}

export function buildExports(inventory: Inventory, volumes: readonly Volume[]): readonly Export[] {
  return inventory.exports.map(written => {
    const [owner = 'root', group = owner] = written.owner.split(':')
    return {
      path: written.path,
      volume: volumeOf(volumes, written.path)?.name ?? '',
      owner,
      group,
      mode: written.mode,
      fsid: written.fsid ?? derivedFsid(inventory.cluster, written.path),
      clients: written.clients.map(client =>
        typeof client === 'string'
          ? { match: client, options: completeOptions(written.options) }
          : { match: client.match, options: completeOptions(client.options ?? written.options) },
      ),
    }
  })
}

/** Our own namespace for version 5 UUIDs; never changes, or file handles would. */
const fsidNamespace = 'c3b1f0d4-6d0e-5a56-9f0a-2f5a6e0c7a11'

/** The fsid of an export that says none: a version 5 UUID (RFC 9562, 5.5) of the cluster's name and the path. */
export function derivedFsid(cluster: string, path: string): string {
  const namespace = Buffer.from(fsidNamespace.replaceAll('-', ''), 'hex')
  const bytes = createHash('sha1').update(namespace).update(`${cluster}:${path}`).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
