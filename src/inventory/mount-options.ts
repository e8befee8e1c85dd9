import type { Flaw } from './text.ts'

/*
 * Options that mount(8), mkfs and the kernel take, and that cannot be meant. What they do not take, the
 * rehearsal finds out on the nodes.
 */

interface Refused {
  readonly word: RegExp
  readonly reason: string
  readonly hint: string
}

const remove = 'leave it out'

/** mount(8), "FILESYSTEM-INDEPENDENT MOUNT OPTIONS" and what it does instead of mounting. */
const otherOperation: Refused = {
  word: /^(remount|r?bind|move|r?(shared|private|slave|unbindable)|make-.*|loop(=.*)?|offset=.*|sizelimit=.*)$/,
  reason: 'is another operation of mount(8) than to mount this',
  hint: remove,
}

const ofVolumes: readonly Refused[] = [
  otherOperation,
  {
    word: /^ro$/,
    reason: 'makes the volume read-only, and the NFS server keeps its state there',
    hint: `${remove}; for clients say \`options: [ro]\` of the export`,
  },
  {
    word: /^(noload|norecovery)$/,
    reason: 'leaves the journal unread (ext4(5), xfs(5)): a takeover after a crash would mount damaged data',
    hint: remove,
  },
  {
    word: /^(journal_dev|journal_path|logdev|rtdev)=/,
    reason: 'names a device beside the volume, and DRBD does not replicate that',
    hint: `${remove}: the journal lies on the volume`,
  },
  {
    word: /^(abort|sb=.*|test_dummy_encryption.*)$/,
    reason: 'is for repairs and trials by hand (ext4(5))',
    hint: remove,
  },
]

/** mke2fs(8) and mkfs.xfs(8). */
const ofMkfs: Readonly<Record<'ext4' | 'xfs', readonly Refused[]>> = {
  ext4: [
    { word: /^-[nV]$/, reason: 'makes mke2fs(8) show something and make nothing', hint: remove },
    { word: /^-S$/, reason: 'writes superblocks alone (mke2fs(8)), for repairs by hand', hint: remove },
    { word: /^-F$/, reason: 'forces mke2fs(8) over what it finds, and nfsha never does', hint: remove },
    {
      word: /^-t/,
      reason: 'chooses another file system than `fs`',
      hint: `${remove}; a usage type is -T`,
    },
    {
      word: /(^|,|-J)device=/,
      reason: 'puts the journal on a device that DRBD does not replicate',
      hint: remove,
    },
    {
      word: /(^|,|-O)(\^has_journal|journal_dev)(,|$)/,
      reason: 'makes a file system without its journal, which needs a whole fsck after each crash',
      hint: remove,
    },
  ],
  xfs: [
    { word: /^-[NV]$/, reason: 'makes mkfs.xfs(8) show something and make nothing', hint: remove },
    { word: /^-f$/, reason: 'forces mkfs.xfs(8) over what it finds, and nfsha never does', hint: remove },
    {
      word: /(^|,|-[lr])(logdev|rtdev)=/,
      reason: 'puts a part of the file system on a device that DRBD does not replicate',
      hint: remove,
    },
  ],
}

const label: Refused = {
  word: /^-L/,
  reason: 'sets the label, and by its label nfsha knows a file system that is finished',
  hint: remove,
}

function flawIn(refused: readonly Refused[], option: string): Flaw | undefined {
  const found = refused.find(({ word }) => word.test(option))
  return found === undefined ? undefined : { flaw: `"${option}" ${found.reason}`, hint: found.hint }
}

/** Why a volume cannot be mounted with this option. */
export function volumeOptionFlaw(option: string, fs: 'ext4' | 'xfs'): Flaw | undefined {
  if (fs === 'xfs' && option.startsWith('errors='))
    return { flaw: `"${option}" is ext4's: xfs shuts down at an error`, hint: remove }
  return flawIn(ofVolumes, option)
}

/** Why mkfs cannot be given this word. */
export function mkfsWordFlaw(word: string, fs: 'ext4' | 'xfs'): Flaw | undefined {
  return flawIn([...ofMkfs[fs], label], word)
}

const ofClients: readonly Refused[] = [
  otherOperation,
  {
    word: /^(udp6?|proto=udp6?|rdma|proto=rdma)$/,
    reason: 'is a transport that the server does not offer: it serves by TCP',
    hint: 'write proto=tcp',
  },
  { word: /^(tcp6|proto=tcp6)$/, reason: 'is IPv6, which nfsha does not support', hint: 'write proto=tcp' },
  { word: /^port=(?!2049$)/, reason: 'is not the port of the server, 2049', hint: remove },
]

/** Words by which fstab(5) leaves a mount to others. */
const ofBoot: readonly Refused[] = [
  {
    word: /^noauto$/,
    reason: 'keeps fstab from mounting it at boot',
    hint: 'leave it out, or say `by: automount` or `by: autofs`',
  },
  {
    word: /^x-systemd\.automount$/,
    reason: 'makes it an automount, behind the back of `by`',
    hint: 'say `by: automount` instead',
  },
]

/** Why a client cannot mount with this option. */
export function clientOptionFlaw(option: string, by: 'boot' | 'automount' | 'autofs'): Flaw | undefined {
  return flawIn(by === 'boot' ? [...ofClients, ...ofBoot] : ofClients, option)
}

/** The version of NFS that options ask for by nfs(5), as 3, 4, 4.0 or 4.2, with the place of the word; none where it is left to mount. */
export function versionOf(options: readonly string[]): { version: string; index: number } | undefined {
  const index = options.findLastIndex(option => /^((nfs)?vers=|v)\d/.test(option))
  const version = /\d(\.\d)?$/.exec(options[index] ?? '')?.[0]
  if (version === undefined) return undefined
  const minor = options.find(option => option.startsWith('minorversion='))
  return { version: minor === undefined ? version : `${version}.${minor.slice(-1)}`, index }
}

/** The flavours of sec= in options of mount.nfs or of exports(5). */
export function flavoursOf(options: readonly string[]): readonly string[] {
  return options.flatMap(option => (option.startsWith('sec=') ? option.slice(4).split(':') : []))
}
