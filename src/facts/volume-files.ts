import type { Node, Volume } from '../core/cluster.ts'
import { type Fact, present, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { aside } from './volume-aside.ts'

/** Something in a volume's tree. */
export interface VolumeFile {
  /** From the volume's root. A line's end in a name is U+0001. */
  readonly path: string
  /** find's letter: `f` a file, `d` a directory, `l` a symbolic link… */
  readonly kind: string
  readonly bytes: number
  /** When the inode last changed, seconds since 1970 with all digits, by the clock of the node that wrote it. No client can set it. */
  readonly changed: string
  /** The same of its content, as stat(1) tells it; clients may set it. */
  readonly modified: string
}

/** A volume's tree as it is on one node: what changed last comes first. */
export interface VolumeFiles {
  readonly files: readonly VolumeFile[]
  /** Whether these are all; else older ones were left out. */
  readonly isWhole: boolean
}

/** Enough for what changes in a partition; each is some hundred bytes. */
const mostFiles = 20_000

/** Ours: the clients' database, and what fsck finds. */
const leftOut = String.raw`\( -path ./.nfsha -o -path ./.nfsha.img -o -path ./lost+found \)`

/**
 * Shell words that list the tree of the working directory: find's exit code first, then a line a
 * file, the latest changed first.
 */
const list = String.raw`{
  find . -mindepth 1 -xdev -ignore_readdir_race ${leftOut} -prune -o -printf "%y %s %C@ %T@ %P\0"
  printf "x 0 99999999999 %d end\0" "$?"
} | sort -z -t " " -k 3,3rn | head -z -n ${mostFiles + 2} | tr "\n\0" "\1\n"`

/**
 * Lists a volume's files on this node: where it is mounted, else on the backing disk, aside of DRBD.
 * Absent while DRBD is connected: both sides are one then. For people and evidence; it reads every
 * directory.
 */
export function volumeFiles(node: Node, volume: Volume): Probe<VolumeFiles> {
  const { name, device, mountPoint } = volume
  return {
    id: `volume-files:${name}`,
    script: `case $(drbdadm cstate ${quote(name)} 2>/dev/null) in
Connected | Sync* | Verify* | PausedSync* | WFBitMap* | Ahead | Behind) exit ${exitAbsent} ;;
esac
if [ "$(findmnt -fno SOURCE --mountpoint ${quote(mountPoint)})" = ${device} ]; then
  cd ${quote(mountPoint)} || exit 1
  ${list}
  exit 0
fi
case $(drbdadm role ${quote(name)} 2>/dev/null) in
Primary*) echo ${quote(`${name} is Primary, and not mounted at ${mountPoint}`)}; exit 1 ;;
esac
${aside(node, volume, list)}`,
    parse: ({ stdout }) => parseFiles(stdout),
    deadlineMs: 300_000,
    maxBytes: 16 * 1024 * 1024,
  }
}

function parseFiles(stdout: string): Fact<VolumeFiles> {
  const [first = '', ...rest] = stdout.split('\n').filter(line => line !== '')
  const code = /^x 0 99999999999 (\d+) end$/.exec(first)?.[1]
  if (code === undefined) return unknown(first === '' ? 'no answer' : first)
  if (code !== '0') return unknown(`not every directory could be read (find: exit code ${code})`)
  const files = rest.map(line => {
    const [kind = '', bytes = '', changed = '', modified = '', ...path] = line.split(' ')
    return { path: path.join(' '), kind, bytes: Number(bytes), changed, modified }
  })
  return present({ files: files.slice(0, mostFiles), isWhole: files.length <= mostFiles })
}
