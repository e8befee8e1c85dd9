import { closeSync, openSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Fact } from '../../src/core/fact.ts'
import { type Disk, disk as diskProbe } from '../../src/facts/block.ts'
import { volumeContents } from '../../src/facts/filesystem.ts'
import { runProbe } from '../facts/run-probe.ts'
import { type LoopDisk, loopDisk, run } from './loop-disk.ts'

/*
 * The evidence about disks, taken from real ones: loop devices with what real tools put there. Needs
 * root, as the nodes' probes do.
 */

const mib = 1_048_576
const sizeMib = 16

let disk: LoopDisk
let loop = ''

beforeEach(() => {
  disk = loopDisk(sizeMib)
  loop = disk.path
})

afterEach(() => disk.release())

function writeAt(offset: number, bytes: readonly number[]): void {
  const file = openSync(loop, 'r+')
  writeSync(file, Buffer.from(bytes), 0, bytes.length, offset)
  closeSync(file)
}

/** The magic of DRBD 8.4's internal metadata, in the last 4 KiB (libblkid, drbd.c). */
const drbdMagic = () => writeAt(sizeMib * mib - 4096 + 0x3c, [0x83, 0x74, 0x02, 0x6b])

function value(fact: Fact<Disk>): Disk {
  if (fact.state !== 'present') throw new Error(JSON.stringify(fact))
  return fact.value
}

const look = () => value(runProbe(diskProbe(loop), 'dash'))
const types = () => look().signatures.map(({ type }) => type)

describe('disk', () => {
  it('proves a blank disk blank', () => {
    expect(look()).toEqual({
      device: loop,
      bytes: sizeMib * mib,
      identity: `loop/backing_file=${disk.image}`,
      readOnly: false,
      blank: true,
      signatures: [],
      mountedAt: [],
      heldBy: [],
      partitions: [],
      evidence: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it.each([
    ['the first MiB', 700_000],
    ['the last MiB', sizeMib * mib - 700_000],
  ])('sees one byte in %s', (_, offset) => {
    writeAt(offset, [1])
    expect(look()).toMatchObject({ blank: false, signatures: [] })
  })

  it('names a file system', () => {
    run('mke2fs', '-q', '-t', 'ext4', '-L', 'old', '-U', '60da8881-e030-41d9-94e6-53ecb70aae18', loop)
    expect(look()).toMatchObject({
      blank: false,
      signatures: [{ type: 'ext4', label: 'old', uuid: '60da8881-e030-41d9-94e6-53ecb70aae18' }],
    })
  })

  it('sees the file system that DRBD metadata hides from blkid', () => {
    run('mke2fs', '-q', '-t', 'ext4', loop, '8M')
    drbdMagic()
    expect(run('blkid', '-p', '-o', 'value', '-s', 'TYPE', loop)).toBe('drbd')
    expect(types().toSorted()).toEqual(['drbd', 'ext4'])
    expect(runProbe(volumeContents(loop))).toEqual({ state: 'present', value: [{ type: 'ext4' }] })
  })

  it('sees a partition table', () => {
    // One primary partition of type 83 from sector 2048 on.
    writeAt(446, [0x80, 0, 0, 0, 0x83, 0, 0, 0, 0, 8, 0, 0, 0, 0x10, 0, 0])
    writeAt(510, [0x55, 0xaa])
    expect(types()).toEqual(['dos'])
  })

  it('sees swap, used or not', () => {
    run('mkswap', loop)
    expect(types()).toEqual(['swap'])
  })

  it('sees where it is mounted, with blanks in the name', () => {
    const place = join(disk.directory, 'a place')
    run('mke2fs', '-q', '-t', 'ext4', loop)
    run('mkdir', '-p', place)
    run('mount', loop, place)
    disk.beforeRelease(() => run('umount', place))
    expect(look().mountedAt).toEqual([place.replace(' ', '\\040')])
  })

  it('sees that it is read-only', () => {
    run('blockdev', '--setro', loop)
    expect(look().readOnly).toBe(true)
  })

  it('does not take one that is too small for any', () => {
    truncateSync(disk.image, mib)
    run('losetup', '-c', loop)
    expect(runProbe(diskProbe(loop))).toMatchObject({ state: 'unknown' })
  })
})

describe('the digest of the evidence', () => {
  const digest = () => look().evidence

  it('stays the same as long as the disk does, by whatever name', () => {
    const link = join(disk.directory, 'by-id')
    run('ln', '-sfn', loop, link)
    const before = digest()
    expect(digest()).toEqual(before)
    expect(value(runProbe(diskProbe(link))).evidence).toEqual(before)
  })

  it.each<[string, () => void]>([
    ['a signature appears', () => run('mkswap', loop)],
    ['a byte appears', () => writeAt(5, [1])],
    ['metadata appear', drbdMagic],
    ['it becomes read-only', () => run('blockdev', '--setro', loop)],
    [
      'it grows',
      () => {
        truncateSync(disk.image, 2 * sizeMib * mib)
        run('losetup', '-c', loop)
      },
    ],
  ])('is another one when %s', (_, change) => {
    const before = digest()
    change()
    expect(digest()).not.toEqual(before)
  })
})
