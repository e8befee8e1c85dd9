import { type Fact, present, unknown } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { diskScript } from './disk-script.ts'

/** One magic number on a disk, as `wipefs -n --json` lists it. */
export interface Signature {
  /** libblkid's name: `ext4`, `xfs`, `LVM2_member`, `gpt`, `dos`, `drbd`, `swap`. */
  readonly type: string
  /** Bytes, as wipefs prints it: hexadecimal. */
  readonly offset: string
  readonly uuid?: string
  readonly label?: string
}

/** All that is known of a disk which somebody wants to write to. */
export interface Disk {
  /** The kernel's device file, links resolved. */
  readonly device: string
  readonly bytes: number
  /** Tells it from any other disk in the same place: `wwid=naa.5000…`, `serial=…`, `dm/uuid=LVM-…`. */
  readonly identity: string
  readonly readOnly: boolean
  /** First and last MiB read as zeros. */
  readonly blank: boolean
  /** Whole list, also those that another one hides from blkid. */
  readonly signatures: readonly Signature[]
  /** Where it or a partition of it is mounted, in any mount namespace. */
  readonly mountedAt: readonly string[]
  /** Other holders than DRBD, by kernel name (device-mapper, md), and swap. */
  readonly heldBy: readonly string[]
  readonly partitions: readonly string[]
  /** The DRBD device that has it attached. */
  readonly attachedTo?: { readonly minor: number; readonly resource: string }
  /** SHA-256 of all this as the node printed it, for a guard. */
  readonly evidence: string
}

/**
 * What is on a disk, and who uses it. Absent: there is no such device file. Unknown: not a block
 * device, unreadable (I/O error), or a tool failed; the reason says so in the tool's words.
 */
export function disk(path: string): Probe<Disk> {
  return {
    id: `disk:${path}`,
    script: `${evidenceScript(path)}
printf 'evidence\\t%s\\n%s\\n' "$digest" "$evidence"`,
    parse: ({ stdout }) => parseDisk(stdout),
    deadlineMs: 60_000,
    maxBytes: 65_536,
  }
}

/**
 * Shell words that set `evidence` and its `digest`, which is equal as long as nothing about the disk
 * has changed; they end the script as `disk` does, with its reason.
 */
export function evidenceScript(path: string): string {
  return `evidence=$(
${diskScript(path)}
) || { code=$?; printf '%s\\n' "$evidence" | tail -n 1; exit $code; }
digest=$(sha256sum <<NFSHA_EVIDENCE
$evidence
NFSHA_EVIDENCE
)
digest=\${digest%% *}`
}

/** Reads the lines of `diskScript`. */
export function parseDisk(stdout: string): Fact<Disk> {
  const listAt = stdout.indexOf('\nsignatures\t')
  const lines = stdout
    .slice(0, Math.max(listAt, 0))
    .split('\n')
    .map(line => [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1)] as const)
  const all = (key: string) => lines.filter(([name]) => name === key).map(([, value]) => value)
  const one = (key: string) => all(key)[0] ?? ''
  const signatures = parseSignatures(stdout.slice(listAt + '\nsignatures\t'.length))
  if (listAt < 0 || signatures === undefined || !/^[0-9a-f]{64}$/.test(one('evidence')))
    return unknown('the evidence is not complete')
  const [minor, resource] = one('drbd').split(' ')
  return present({
    device: one('device'),
    bytes: Number(one('bytes')),
    identity: one('identity'),
    readOnly: one('read-only') !== '0',
    blank: one('blank') === '1',
    signatures,
    mountedAt: all('mount'),
    heldBy: [...all('holder'), ...all('swap').map(area => `swap on ${area}`)],
    partitions: all('partition'),
    ...(minor ? { attachedTo: { minor: Number(minor), resource: resource || 'of an unknown name' } } : {}),
    evidence: one('evidence'),
  })
}

/**
 * Reads `wipefs -n --json` (util-linux 2.38: uuid and label are null where there are none). An empty
 * list is `{"signatures": []}`; some versions print nothing at all.
 */
export function parseSignatures(json: string): readonly Signature[] | undefined {
  if (json.trim() === '') return []
  try {
    const { signatures } = JSON.parse(json) as {
      signatures: readonly Readonly<Record<'type' | 'offset' | 'uuid' | 'label', string | null>>[]
    }
    return signatures.map(({ type, offset, uuid, label }) => ({
      type: String(type),
      offset: String(offset),
      ...(uuid ? { uuid } : {}),
      ...(label ? { label } : {}),
    }))
  } catch {
    return undefined
  }
}
