import type { Volume } from '../core/cluster.ts'
import { fitsHaresources } from '../core/spelling.ts'
import { buildVolumes } from './build-storage.ts'
import { checkExports } from './export-references.ts'
import { mkfsWordFlaw, volumeOptionFlaw } from './mount-options.ts'
import type { DataPath, Finding } from './problem.ts'
import type { Inventory } from './schema.ts'
import { isWithin } from './text.ts'

/** Directories of the system, where mounting a volume would hide or endanger what lives there. */
const systemDirectories = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/lib32',
  '/lib64',
  '/proc',
  '/root',
  '/run',
  '/sbin',
  '/sys',
  '/usr',
]
const neverMountPoints = [
  '/',
  '/home',
  '/media',
  '/mnt',
  '/opt',
  '/srv',
  '/tmp',
  '/var',
  '/var/lib',
  '/var/log',
]

/** The volumes and exports: disks, minors, ports, mount points and paths fit together. */
export function checkStorage(inventory: Inventory): readonly Finding[] {
  const volumes = buildVolumes(inventory)
  const none: Finding = {
    path: ['volumes'],
    atKey: true,
    message: 'there is no volume',
    hint: 'add one: its disk and its mount point',
  }
  return [
    ...(volumes.length === 0 ? [none] : []),
    ...checkDisks(inventory),
    ...checkErrors(inventory),
    ...checkOptions(inventory),
    ...checkPorts(inventory, volumes),
    ...volumes.flatMap(volume => checkMountPoint(volume, volumes, inventory.group)),
    ...checkExports(inventory, volumes),
  ]
}

function checkErrors({ volumes }: Inventory): readonly Finding[] {
  return Object.entries(volumes).flatMap(([name, { errors, fs, ...written }]) => {
    if (errors === undefined) return []
    const path: DataPath = ['volumes', name, 'errors']
    if (fs !== 'ext4')
      return [{ path, message: `${fs} has no choice: it shuts down at an error`, hint: 'leave `errors` out' }]
    const option = written['mount-options'].find(each => each.startsWith('errors='))
    return option === undefined
      ? []
      : [{ path, message: `mount-options has ${option} as well`, hint: 'leave one of them out' }]
  })
}

/** What mount(8) and mkfs would take, and cannot be meant. */
function checkOptions({ volumes }: Inventory): readonly Finding[] {
  return Object.entries(volumes).flatMap(([name, { fs, ...written }]) =>
    (['mount-options', 'mkfs-options'] as const).flatMap(key =>
      written[key].flatMap((word, index) => {
        const found = key === 'mount-options' ? volumeOptionFlaw(word, fs) : mkfsWordFlaw(word, fs)
        if (found === undefined) return []
        return [{ path: ['volumes', name, key, index], message: found.flaw, hint: found.hint }]
      }),
    ),
  )
}

function checkDisks({ volumes, nodes }: Inventory): readonly Finding[] {
  const names = Object.keys(nodes)
  const owners = new Map<string, string>()
  return Object.entries(volumes).flatMap(([volume, { disk }]) => {
    const path: DataPath = ['volumes', volume, 'disk']
    const written =
      typeof disk === 'string'
        ? [{ device: disk, at: path, on: names }]
        : Object.entries(disk).map(([node, device]) => ({ device, at: [...path, node], on: [node] }))
    const missing = names.filter(name => !written.some(({ on }) => on.includes(name)))
    const none = missing.map(node => ({
      path,
      message: `${volume} has no disk on ${node}`,
      hint: `add \`${node}: /dev/…\`, or write one path for both`,
    }))
    return [...none, ...written.flatMap(each => checkDisk(each, names, volume, owners))]
  })
}

interface WrittenDisk {
  readonly device: string
  readonly at: DataPath
  readonly on: readonly string[]
}

function checkDisk(
  { device, at, on }: WrittenDisk,
  names: readonly string[],
  volume: string,
  owners: Map<string, string>,
): readonly Finding[] {
  const stranger = on.find(name => !names.includes(name))
  if (stranger !== undefined) {
    const hint = `the nodes are: ${names.join(', ')}`
    return [{ path: at, atKey: true, message: `"${stranger}" is not one of the nodes`, hint }]
  }
  if (!device.startsWith('/dev/') || device.startsWith('/dev/drbd')) {
    const hint = 'name a block device below /dev that is not DRBD itself'
    return [{ path: at, message: `"${device}" is not a backing disk`, hint }]
  }
  const taken = on.find(name => owners.has(`${name} ${device}`))
  const owner = owners.get(`${taken} ${device}`)
  for (const name of on) owners.set(`${name} ${device}`, owner ?? volume)
  if (owner === undefined) return []
  const message = `${device} of ${taken} is the disk of ${owner} already`
  return [{ path: at, message, hint: 'give each volume a disk of its own' }]
}

function checkPorts({ nfs, heartbeat }: Inventory, volumes: readonly Volume[]): readonly Finding[] {
  const taken = new Map<string, string>([
    ['tcp 2049', 'NFS'],
    ['tcp 111', 'rpcbind'],
    ['tcp 22', 'SSH'],
  ])
  const services: readonly (readonly [DataPath, number, string])[] = [
    [['nfs', 'mountd-port'], nfs['mountd-port'], 'mountd'],
    [['nfs', 'statd-port'], nfs['statd-port'], 'statd'],
    [['nfs', 'statd-outgoing-port'], nfs['statd-outgoing-port'], "statd's outgoing port"],
    [['nfs', 'lockd-port'], nfs['lockd-port'], 'lockd'],
    ...volumes.map(volume => [['volumes', volume.name, 'port'], volume.port, volume.name] as const),
  ]
  const findings: Finding[] = []
  const claim = (kind: string, path: DataPath, number: number, who: string) => {
    const owner = taken.get(`${kind} ${number}`)
    taken.set(`${kind} ${number}`, owner ?? who)
    if (owner === undefined) return
    const message = `${kind === 'minor' ? 'minor' : 'port'} ${number} of ${who} is taken by ${owner}`
    findings.push({ path, message, hint: 'give each its own' })
  }
  for (const [path, number, who] of services) claim('tcp', path, number, who)
  for (const volume of volumes) claim('minor', ['volumes', volume.name, 'minor'], volume.minor, volume.name)
  if ([111, nfs['mountd-port'], nfs['statd-port'], nfs['lockd-port']].includes(heartbeat.udpport)) {
    const message = `port ${heartbeat.udpport} of heartbeat is taken by an NFS service`
    findings.push({ path: ['heartbeat', 'udpport'], message, hint: '694 is IANA ha-cluster' })
  }
  return findings
}

function checkMountPoint(
  volume: Volume,
  all: readonly Volume[],
  group: Inventory['group'],
): readonly Finding[] {
  const { mountPoint } = volume
  const complain = (message: string, hint: string): readonly Finding[] => [
    { path: ['volumes', volume.name, 'mount'], message, hint },
  ]
  if (
    neverMountPoints.includes(mountPoint) ||
    systemDirectories.some(each => isWithin(mountPoint, each)) ||
    isWithin(mountPoint, '/var/lib/nfs')
  ) {
    return complain(
      `${mountPoint} belongs to the system`,
      'choose an own, empty directory, such as /srv/nfsha',
    )
  }
  const other = all.find(each => each !== volume && isWithin(mountPoint, each.mountPoint))
  if (other !== undefined && (other.mountPoint !== mountPoint || all.indexOf(other) < all.indexOf(volume))) {
    const message = `${mountPoint} lies in the mount point of ${other.name}, ${other.mountPoint}`
    return complain(message, 'give each volume a mount point outside the others')
  }
  return group === 'standard' ? checkHaresources(volume) : []
}

/** In the chain of agents the words of Filesystem stand in haresources. */
function checkHaresources({ name, mountPoint, mountOptions }: Volume): readonly Finding[] {
  const hint = 'choose another, or `group: lean`, whose script takes any'
  const cannot = (word: string) =>
    `"${word}" cannot stand in haresources, where white space, "::" and what a shell expands have a meaning`
  const option = mountOptions.findIndex(each => !fitsHaresources(each))
  return [
    ...(fitsHaresources(mountPoint)
      ? []
      : [{ path: ['volumes', name, 'mount'], message: cannot(mountPoint), hint }]),
    ...(option < 0
      ? []
      : [
          {
            path: ['volumes', name, 'mount-options', option],
            message: cannot(mountOptions[option] ?? ''),
            hint,
          },
        ]),
  ]
}
