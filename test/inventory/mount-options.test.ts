import { describe, expect, it } from 'vitest'
import {
  clientOptionFlaw,
  mkfsWordFlaw,
  versionOf,
  volumeOptionFlaw,
} from '../../src/inventory/mount-options.ts'

const both = ['ext4', 'xfs'] as const

describe('a mount option of a volume that cannot be meant is refused:', () => {
  it.each([
    ['ro', 'makes the volume read-only'],
    ['remount', 'another operation of mount(8)'],
    ['bind', 'another operation of mount(8)'],
    ['rprivate', 'another operation of mount(8)'],
    ['loop', 'another operation of mount(8)'],
    ['offset=4096', 'another operation of mount(8)'],
    ['noload', 'leaves the journal unread'],
    ['norecovery', 'leaves the journal unread'],
    ['journal_path=/dev/vdc', 'DRBD does not replicate that'],
    ['logdev=/dev/vdc', 'DRBD does not replicate that'],
    ['rtdev=/dev/vdc', 'DRBD does not replicate that'],
    ['abort', 'for repairs and trials'],
    ['sb=32768', 'for repairs and trials'],
  ])('%s: %s', (option, why) => {
    for (const fs of both)
      expect(volumeOptionFlaw(option, fs)).toMatchObject({
        flaw: expect.stringContaining(why),
        hint: expect.stringContaining('leave it out'),
      })
  })

  it.each(['rw', 'defaults', 'noatime', 'nodev', 'data=journal', 'journal_ioprio=3', 'logbufs=8', 'wsync'])(
    'not %s',
    option => {
      for (const fs of both) expect(volumeOptionFlaw(option, fs)).toBeUndefined()
    },
  )

  it("errors= of xfs, which is ext4's", () => {
    expect(volumeOptionFlaw('errors=panic', 'xfs')?.flaw).toContain('xfs shuts down')
    expect(volumeOptionFlaw('errors=panic', 'ext4')).toBeUndefined()
  })
})

describe('a word for mkfs that makes no volume is refused:', () => {
  it.each([
    ['ext4', '-n', 'make nothing'],
    ['ext4', '-V', 'make nothing'],
    ['ext4', '-S', 'superblocks alone'],
    ['ext4', '-F', 'nfsha never does'],
    ['ext4', '-t', 'another file system'],
    ['ext4', '-L', 'sets the label'],
    ['ext4', 'device=/dev/vdc', 'DRBD does not replicate'],
    ['ext4', '-Jsize=64,device=/dev/vdc', 'DRBD does not replicate'],
    ['ext4', '^has_journal', 'without its journal'],
    ['ext4', '-Ohuge_file,^has_journal', 'without its journal'],
    ['xfs', '-N', 'make nothing'],
    ['xfs', '-f', 'nfsha never does'],
    ['xfs', '-Lnfs', 'sets the label'],
    ['xfs', 'logdev=/dev/vdc,size=64m', 'DRBD does not replicate'],
    ['xfs', '-lsize=64m,logdev=/dev/vdc', 'DRBD does not replicate'],
    ['xfs', 'rtdev=/dev/vdc', 'DRBD does not replicate'],
  ] as const)('%s %s: %s', (fs, word, why) => {
    expect(mkfsWordFlaw(word, fs)?.flaw).toContain(why)
  })

  it.each([
    ['ext4', '-N'],
    ['ext4', '-m'],
    ['ext4', '0'],
    ['ext4', '-T'],
    ['ext4', 'has_journal,^metadata_csum'],
    ['ext4', 'nodiscard'],
    ['xfs', '-n'],
    ['xfs', 'size=64m'],
    ['xfs', 'reflink=0'],
  ] as const)('not %s %s', (fs, word) => {
    expect(mkfsWordFlaw(word, fs)).toBeUndefined()
  })
})

describe('a mount option of a client that the server cannot serve is refused:', () => {
  it.each([
    ['udp', 'serves by TCP'],
    ['proto=udp', 'serves by TCP'],
    ['proto=rdma', 'serves by TCP'],
    ['proto=tcp6', 'is IPv6'],
    ['port=2050', 'not the port of the server'],
    ['remount', 'another operation'],
    ['noauto', 'at boot'],
    ['x-systemd.automount', 'behind the back'],
  ])('%s: %s', (option, why) => {
    expect(clientOptionFlaw(option, 'boot')?.flaw).toContain(why)
  })

  it.each(['tcp', 'proto=tcp', 'port=2049', 'nconnect=4', 'x-systemd.mount-timeout=30', 'bg'])(
    'not %s',
    option => {
      expect(clientOptionFlaw(option, 'boot')).toBeUndefined()
    },
  )

  it('by automount what only keeps fstab back means nothing bad', () => {
    expect(clientOptionFlaw('noauto', 'automount')).toBeUndefined()
  })

  it.each([
    [['vers=4.2'], '4.2'],
    [['hard', 'nfsvers=3'], '3'],
    [['v4.0'], '4.0'],
    [['vers=4', 'minorversion=0'], '4.0'],
    [['vers=3', 'vers=4'], '4'],
    [['hard'], undefined],
  ])('%j asks for NFS %s', (options, version) => {
    expect(versionOf(options)?.version).toBe(version)
  })
})
