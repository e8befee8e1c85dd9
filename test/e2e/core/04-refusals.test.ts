import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfshaExits, root } from '../support/nfsha.ts'
import { ports } from '../support/ports.ts'
import { trees } from '../support/tree.ts'
import { inventory, variant } from '../support/variant.ts'

/*
 * What is refused on a blank pair: by which exit code, in which words, with which next command, and
 * that the nodes are as they were, to the byte.
 */

beforeAll(async () => {
  await labAt('blank')
  // The tools that make the things to be refused; from the image's own cache of packages.
  await ask('m2', 'apt-get install -y -q --no-install-recommends lvm2 drbd-utils >/dev/null 2>&1')
})

const wipe = `
  umount /mnt/by-hand 2>/dev/null
  dmsetup remove bad 2>/dev/null
  vgchange -an 2>/dev/null
  wipefs -aq /dev/vdb
  dd if=/dev/zero of=/dev/vdb bs=1M count=8 conv=fsync status=none
  size=$(blockdev --getsize64 /dev/vdb)
  dd if=/dev/zero of=/dev/vdb bs=1M seek=$((size / 1048576 - 8)) count=8 conv=fsync,notrunc status=none
  blockdev --rereadpt /dev/vdb
  udevadm settle`

interface Disk {
  readonly title: string
  /** Makes it, on m2's data disk. */
  readonly make: string
  /** What the message must name. */
  readonly names: readonly RegExp[]
  readonly disk?: string
}

const disks: readonly Disk[] = [
  {
    title: 'a file system',
    make: 'mkfs.ext4 -q -L precious /dev/vdb',
    names: [/ext4/, /\/dev\/vdb/],
  },
  {
    title: 'a file system hidden behind DRBD metadata',
    make: `mkfs.ext4 -q /dev/vdb 400M && yes yes | drbdmeta --force 0 v08 /dev/vdb internal create-md`,
    names: [/ext4/],
  },
  {
    title: 'a partition table',
    make: `printf 'label: gpt\\n,\\n' | sfdisk -q /dev/vdb && udevadm settle`,
    names: [/gpt|partition/],
  },
  { title: 'an LVM physical volume', make: 'pvcreate -qy /dev/vdb', names: [/LVM/] },
  {
    title: 'foreign DRBD metadata',
    make: `yes yes | drbdmeta --force 0 v08 /dev/vdb internal create-md`,
    names: [/DRBD metadata/i],
  },
  {
    title: 'a mounted file system',
    // Read-only, or ext4 itself goes on writing behind our back.
    make: 'mkfs.ext4 -q /dev/vdb && mkdir -p /mnt/by-hand && mount -o ro /dev/vdb /mnt/by-hand',
    names: [/mounted/, /\/mnt\/by-hand/],
  },
  {
    title: 'a disk that cannot be read',
    make: `dmsetup create bad --table "0 $(blockdev --getsz /dev/vdb) error"`,
    names: [/read/i, /\/dev\/mapper\/bad/],
    disk: '/dev/mapper/bad',
  },
]

describe.each(disks)('$title on the data disk', ({ title, make, names, disk }) => {
  test('is refused, named, and left alone', async () => {
    await ask('m2', make)
    const file = disk
      ? variant('other-disk', doc => {
          doc.setIn(['volumes', 'data', 'disk'], doc.createNode({ m1: '/dev/vdb', m2: disk }))
        })
      : inventory
    const before = await trees()
    const refused = await nfshaExits(5, 'deploy', file, '--yes')
    for (const name of names) expect(refused.stderr, title).toMatch(name)
    expect(refused.stderr).toMatch(/error: /)
    expect(refused.stderr).toMatch(/fix: /)
    expect(await trees()).toEqual(before)
    await ask('m2', `${wipe}; :`)
  })
})

describe('hosts', () => {
  const knownHosts = () => readFileSync(join(root, '.nfsha', 'lab', 'ssh', 'known_hosts'), 'utf8')

  /** The lab's known_hosts with another key in the place of m2's. */
  function withOtherKey(): string {
    const directory = mkdtempSync(join(tmpdir(), 'nfsha-e2e-'))
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(directory, 'other')])
    const [type, key] = readFileSync(join(directory, 'other.pub'), 'utf8').split(' ')
    const lines = knownHosts()
      .split('\n')
      .map(line => (line.includes(`:${ports.m2}`) ? `${line.split(' ')[0]} ${type} ${key}` : line))
    const path = join(directory, 'known_hosts')
    writeFileSync(path, lines.join('\n'))
    return path
  }

  test('a changed host key is refused before anything is asked', async () => {
    const file = variant('changed-key', doc => doc.setIn(['ssh', 'known-hosts-file'], withOtherKey()))
    const before = await trees()
    const refused = await nfshaExits(5, 'deploy', file, '--yes')
    expect(refused.stderr).toMatch(/error: .*host key.*m2|error: .*m2.*host key/i)
    expect(refused.stderr).toMatch(/fix: .*ssh-keygen/)
    expect(await trees()).toEqual(before)
  })

  test('an unreachable node is named, and the other one is left alone', async () => {
    const file = variant('unreachable', doc => doc.setIn(['nodes', 'm2', 'ssh'], '127.0.0.1:1'))
    const before = await trees()
    const refused = await nfshaExits(4, 'deploy', file, '--yes')
    expect(refused.stderr).toMatch(/error: .*m2/)
    expect(refused.stderr).toMatch(/fix: /)
    expect(await trees()).toEqual(before)
  })

  test('a node of another name is refused', async () => {
    const file = variant('other-name', doc => {
      doc.setIn(['nodes', 'm3'], doc.getIn(['nodes', 'm2']))
      doc.deleteIn(['nodes', 'm2'])
      doc.deleteIn(['lab'])
    })
    const before = await trees()
    const refused = await nfshaExits(5, 'deploy', file, '--yes')
    expect(refused.stderr).toMatch(/error: .*m3.*m2|error: .*m2.*m3/)
    expect(refused.stderr).toMatch(/fix: /)
    expect(await trees()).toEqual(before)
  })
})
