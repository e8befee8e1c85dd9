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
  /** Device-mapper, md and swap users, by kernel name. */
  readonly heldBy: readonly string[]
  readonly partitions: readonly string[]
  /** The DRBD device that has it attached. */
  readonly attachedTo?: { readonly minor: number; readonly resource: string }
}

/** The whole evidence takes a few reads; a disk in trouble answers late or never. */
const deadlineMs = 20_000

/**
 * What is on a disk, and who uses it. Absent: there is no such device file. Unknown: not a block
 * device, unreadable (I/O error), or a tool failed; the reason says so in the tool's words.
 */
export function disk(path: string): Probe<Disk> {
  return {
    id: `disk:${path}`,
    script: diskScript(path),
    parse: ({ stdout }) => parseDisk(stdout),
    deadlineMs,
    maxBytes: 65_536,
  }
}

/**
 * The digest of the same evidence, for a guard: equal as long as nothing about the disk has changed.
 * Apart from `disk`, since no step can predict it.
 */
export function diskEvidence(path: string): Probe<string> {
  return {
    id: `disk-evidence:${path}`,
    script: evidenceScript(path),
    parse: ({ stdout }) =>
      /^[0-9a-f]{64}\n$/.test(stdout) ? present(stdout.trim()) : unknown('the digest is not one'),
    deadlineMs,
    maxBytes: 4096,
  }
}

/** Shell words that print the digest of the evidence, or exit as `disk` does with its reason. */
export function evidenceScript(path: string): string {
  return `evidence=$(
${diskScript(path)}
) || { code=$?; printf '%s\\n' "$evidence" | tail -n 1; exit $code; }
printf '%s\\n' "$evidence" | sha256sum | cut -c 1-64`
}

/** Reads the lines of `diskScript`. */
export function parseDisk(stdout: string): Fact<Disk> {
  const lines = stdout
    .split('\n')
    .filter(line => line.includes('\t'))
    .map(line => [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1)] as const)
  const all = (key: string) => lines.filter(([name]) => name === key).map(([, value]) => value)
  const one = (key: string) => all(key)[0] ?? ''
  const signatures = parseSignatures(all('signatures')[0])
  if (one('device') === '' || signatures === undefined) return unknown('the evidence is not complete')
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
    ...(minor && resource ? { attachedTo: { minor: Number(minor), resource } } : {}),
  })
}

/**
 * Reads `wipefs -n --json` (util-linux 2.38: uuid and label are null where there are none). An empty
 * list is `{"signatures": []}`; some versions print nothing at all.
 */
export function parseSignatures(json: string | undefined): readonly Signature[] | undefined {
  if (json === undefined) return undefined
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
