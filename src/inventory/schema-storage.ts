import { z } from 'zod'
import { exportOptions } from './export-options.ts'
import * as scalar from './scalars.ts'
import { parseClient, parseFsid } from './text-exports.ts'

/* What is stored and who may read it: volumes, exports, DRBD's tuning. */

const devicePath = scalar.path.describe('A block device: /dev/vdb, /dev/vg0/data, /dev/disk/by-id/…')

const optionWords = z.array(z.string().regex(/^\S+$/))

/** Where ports of volumes begin when none is named: LINBIT's custom, and no service's by IANA. */
export const firstDrbdPort = 7788

export const volumes = z
  .record(
    scalar.volumeName,
    z.strictObject({
      disk: z
        .union([devicePath, z.record(scalar.hostName, devicePath)])
        .describe(
          'Backing disk: whole disk, partition or LV; one path for both nodes, or one by node name. nfsha never makes partitions.',
        ),
      mount: scalar.path.describe(
        'Mount point on the active node: an own, empty directory, such as /srv/nfsha.',
      ),
      fs: z
        .enum(['ext4', 'xfs'])
        .prefault('ext4')
        .describe('File system. Default ext4: it can shrink, and needs no further package.'),
      'mkfs-options': optionWords
        .prefault([])
        .describe("Extra words for mkfs. None by default: mkfs's own choices fit."),
      'mount-options': z
        .array(z.string().regex(/^[^\s,]+$/))
        .prefault(['noatime'])
        .describe('Mount options. Default noatime: a read that writes would be replicated.'),
      errors: z
        .enum(['continue', 'remount-ro', 'panic'])
        .optional()
        .describe(
          'What the kernel does when ext4 finds itself damaged (errors= of ext4(5)); counts from the next move on. Default continue, and the monitor tells at once: both nodes have the same blocks, so a move cures nothing, and ext4 leaves what it found damaged alone. remount-ro ends all writes with an error until the group is handed over, panic ends the node: for those whose data are worth less than a guess about them. Not for xfs, which always shuts down.',
        ),
      'initial-sync': z
        .enum(['skip', 'full'])
        .prefault('skip')
        .describe(
          'Default skip: on a virgin pair there is nothing to copy, so both sides are declared equal and mkfs follows. full copies every block.',
        ),
      minor: scalar
        .whole(0, 1_048_575)
        .optional()
        .describe('DRBD minor, /dev/drbdN. Default: its place in this list, from 0.'),
      port: scalar.port
        .optional()
        .describe(`DRBD's TCP port. Default: ${firstDrbdPort} and the place in this list.`),
    }),
  )
  .describe(
    'The volumes by DRBD resource name, as data or nfs-data. The first also carries the NFS client database.',
  )

const clientMatch = z
  .string()
  .transform(scalar.read(parseClient))
  .describe('A network (192.168.0.0/24), an address, a host name with or without wildcards, @netgroup, or *.')

const exportClient = z.union([
  clientMatch,
  z.strictObject({
    match: clientMatch,
    options: exportOptions.optional().describe("This client's options, instead of the export's."),
  }),
])

export const exports = z
  .array(
    z.strictObject({
      path: scalar.path.describe(
        'Directory on a volume; made with this owner and mode. Clients mount this path.',
      ),
      clients: scalar.oneOrMore(exportClient).describe('Who may mount it: one, or a list.'),
      options: exportOptions
        .prefault(['rw', 'sync', 'no_subtree_check'])
        .describe(
          'exports(5) options; a list of yours keeps sync and no_subtree_check unless it says otherwise, and without rw it is read-only. Default rw, sync (async loses acknowledged writes at a takeover) and no_subtree_check (a renamed file would go stale).',
        ),
      owner: z
        .string()
        .regex(
          /^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/,
          'an owner is user or user:group',
        )
        .prefault('root:root')
        .describe('user:group of the directory. Default root:root: nobody else writes until you say who.'),
      mode: z
        .union([z.int(), z.string()])
        .transform(value => String(value).replace(/^0o/, ''))
        .pipe(z.string().regex(/^[0-7]{3,4}$/, 'a mode is three or four octal digits'))
        .transform(mode => mode.padStart(4, '0'))
        .prefault('0755')
        .describe('Mode of the directory, octal. Default 0755.'),
      fsid: z
        .union([z.int(), z.string()])
        .transform(scalar.read(parseFsid))
        .optional()
        .describe(
          "Identity of the file system in file handles, the same on both nodes: a UUID, or a number from 1 (0 is the root of NFSv4, and refused). Default: derived from the cluster's name and the path; init writes it. Changing it gives clients ESTALE.",
        ),
    }),
  )
  .min(1)
  .describe('What is exported.')

/**
 * drbd.conf(5) has other policies for each count of primaries; drbdadm for DRBD 8.4 takes any word for any of
 * them, and the kernel then refuses. discard-local and discard-remote of drbdsetup(8) name no node, so with
 * one file for both each would discard itself, or the other.
 */
const afterSplitBrain = (...policies: readonly string[]) =>
  z
    .enum(['disconnect', ...policies])
    .prefault('disconnect')
    .describe(
      'After a split-brain. Default disconnect: which side to throw away is never guessed; people choose.',
    )

export const drbd = z
  .strictObject({
    timeout: scalar
      .duration({ min: 100, max: 600_000, step: 100 })
      .prefault('2.5s')
      .describe(
        'A peer that answers nothing for so long is gone. Default 2.5s, below ping-int and well below deadtime, so that DRBD knows before heartbeat acts.',
      ),
    'ping-int': scalar
      .duration({ min: 1000, max: 120_000, step: 1000 })
      .prefault('3s')
      .describe(
        'Ask an idle peer so often. Default 3s, not 10: a dead peer is found before the standby is promoted.',
      ),
    'ping-timeout': scalar
      .duration({ min: 100, max: 30_000, step: 100 })
      .prefault('500ms')
      .describe(
        "How long it may take to answer. Default 500ms, DRBD's own; more delays every takeover after a crash.",
      ),
    'connect-int': scalar
      .duration({ min: 1000, max: 120_000, step: 1000 })
      .prefault('5s')
      .describe('Try to connect so often. Default 5s: redundancy returns soon after a link does.'),
    'ko-count': scalar
      .whole(0, 200)
      .prefault(7)
      .describe(
        "Give up a peer that lets one write wait ko-count timeouts; 0: never. Default 7, DRBD's own.",
      ),
    'max-buffers': scalar
      .whole(32, 131_072)
      .prefault(8000)
      .describe('Buffers (pages) for incoming writes. Default 8000: the 2048 of DRBD stalls a fast disk.'),
    'max-epoch-size': scalar
      .whole(1, 20_000)
      .prefault(8000)
      .describe(
        'Writes between two barriers. Default 8000, as max-buffers (drbd.conf(5) recommends them equal).',
      ),
    'sndbuf-size': scalar
      .size({ max: 10_485_760 })
      .prefault(0)
      .describe('TCP send buffer. Default 0: the kernel tunes it.'),
    'al-extents': scalar
      .whole(67, 6433)
      .prefault(1237)
      .describe(
        "Activity log, 4 MiB each: what is resynced after a primary's crash; no more than 6433 fit into the metadata. Default 1237, DRBD's own.",
      ),
    'resync-rate': scalar
      .rate({ min: 1, max: 4_194_304 })
      .prefault('10M')
      .describe(
        'Where the resync controller starts, a second. Default 10M: quick enough at once, harmless on a gigabit link.',
      ),
    'c-min-rate': scalar
      .rate({ max: 4_194_304 })
      .prefault('4M')
      .describe(
        'Resync never throttles below this for application I/O. Default 4M: a resync that never ends is no redundancy.',
      ),
    'c-max-rate': scalar
      .rate({ min: 250, max: 4_194_304 })
      .prefault('100M')
      .describe("Resync never goes above this. Default 100M, DRBD's own: a gigabit link's worth."),
    'c-plan-ahead': scalar
      .duration({ max: 30_000, step: 100 })
      .prefault('2s')
      .describe("The controller's reach. Default 2s, DRBD's own; 0 makes resync-rate a fixed rate."),
    'c-fill-target': scalar
      .size({ max: 536_870_912 })
      .prefault('1M')
      .describe(
        'Resync data that may be under way. Default 1M: enough to fill a local link without starving writes.',
      ),
    'verify-alg': z
      .enum(['sha1', 'sha256', 'md5', 'crc32c'])
      .prefault('sha1')
      .describe('Digest of `drbdadm verify`. Default sha1: in every kernel; crc32c is faster.'),
    'cram-hmac-alg': z
      .enum(['sha1', 'sha256', 'md5'])
      .prefault('sha1')
      .describe('How peers prove that they know the shared secret. Default sha1: both dialects have it.'),
    'on-io-error': z
      .enum(['detach', 'pass_on', 'call-local-io-error'])
      .prefault('detach')
      .describe("When the backing disk fails. Default detach: go on with the peer's."),
    'disk-flushes': scalar.flag
      .prefault(true)
      .describe(
        'Flush the disk where the file system asks. Default on; off only behind a battery-backed cache.',
      ),
    'md-flushes': scalar.flag.prefault(true).describe("Flush DRBD's metadata. Default on, as disk-flushes."),
    fencing: z
      .enum(['dont-care', 'resource-only', 'resource-and-stonith'])
      .optional()
      .describe(
        "What DRBD does when a primary loses its peer. Default: dont-care where fencing.mode is none, else resource-and-stonith: writes are frozen until the peer is known to be outdated or down, so that none is acknowledged that the peer's side will never have. resource-only asks, but does not freeze.",
      ),
    'after-sb-0pri': afterSplitBrain(
      'discard-younger-primary',
      'discard-older-primary',
      'discard-zero-changes',
      'discard-least-changes',
    ),
    'after-sb-1pri': afterSplitBrain(
      'consensus',
      'violently-as0p',
      'discard-secondary',
      'call-pri-lost-after-sb',
    ),
    'after-sb-2pri': afterSplitBrain('violently-as0p', 'call-pri-lost-after-sb'),
    'rr-conflict': z
      .enum(['disconnect', 'call-pri-lost', 'violently'])
      .prefault('disconnect')
      .describe('When a resync would go against the roles. Default disconnect: never overwrite by guess.'),
  })
  .prefault({})
  .describe("DRBD's tuning, by drbd.conf(5)'s own words.")
