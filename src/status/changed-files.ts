import type { VolumeFile, VolumeFiles } from '../facts/volume-files.ts'

/** One side's tree, under its node's name. */
export interface SideFiles extends VolumeFiles {
  readonly node: string
}

/** A path that is not the same on both sides. */
export interface ChangedFile {
  readonly path: string
  /** find's letter: `f` a file, `d` a directory, `l` a symbolic link… */
  readonly kind: string
  /** The nodes on which it was written, or removed, since the sides were one. */
  readonly changedOn: readonly string[]
  /** By node; missing where the path is not there. */
  readonly sides: Readonly<Record<string, { readonly bytes: number; readonly modified: string }>>
}

/**
 * What differs between two sides that were one. All that both have with the same change time was there
 * when they parted, so the latest of these times is a moment before that; what changed later on a
 * side was changed there. Clocks of the two nodes are compared only for what was written before by
 * the other one; where that tells nothing, the path counts as changed on every side that has it.
 */
export function changedFiles(one: SideFiles, other: SideFiles): readonly ChangedFile[] {
  const [ours, theirs] = [byPath(one), byPath(other)]
  const together = one.files
    .filter(file => file.kind !== 'd' && isSame(file, theirs.get(file.path)))
    .reduce((latest, { changed }) => Math.max(latest, Number(changed)), 0)
  const paths = new Set([...ours.keys(), ...theirs.keys()])
  return [...paths]
    .flatMap(path => {
      const [mine, its] = [ours.get(path), theirs.get(path)]
      if (isSame(mine, its) || isBeyond(mine, other) || isBeyond(its, one)) return []
      return [describe(path, { node: one.node, file: mine }, { node: other.node, file: its }, together)]
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** The paths whose state on a node would be gone once the other side is taken over. */
export function lostOn(node: string, changes: readonly ChangedFile[]): readonly ChangedFile[] {
  return changes.filter(({ changedOn }) => changedOn.includes(node))
}

interface Seen {
  readonly node: string
  readonly file: VolumeFile | undefined
}

function describe(path: string, one: Seen, other: Seen, together: number): ChangedFile {
  const both = [one, other]
  const present = both.flatMap(({ node, file }) => (file === undefined ? [] : [{ node, file }]))
  const [first] = present
  const later = present.filter(({ file }) => Number(file.changed) > together).map(({ node }) => node)
  // One side has it as it was when they parted: the other one removed it.
  const remover = present.length === 1 ? both.find(({ file }) => file === undefined)?.node : undefined
  const unsure = remover === undefined ? present.map(({ node }) => node) : [remover]
  return {
    path,
    kind: first?.file.kind ?? 'f',
    changedOn: later.length > 0 ? later : unsure,
    sides: Object.fromEntries(
      present.map(({ node, file: { bytes, modified } }) => [node, { bytes, modified: isoTime(modified) }]),
    ),
  }
}

function byPath({ files }: VolumeFiles): ReadonlyMap<string, VolumeFile> {
  return new Map(files.map(file => [file.path, file]))
}

/** A directory changes with whatever is in it, so that it is there is all that counts. */
function isSame(one: VolumeFile | undefined, other: VolumeFile | undefined): boolean {
  if (one === undefined || other === undefined || one.kind !== other.kind) return false
  return one.kind === 'd' || (one.changed === other.changed && one.bytes === other.bytes)
}

/** Whether a file that only one side told is so old that the other side's list may have left it out. */
function isBeyond(file: VolumeFile | undefined, { files, isWhole }: VolumeFiles): boolean {
  if (isWhole || file === undefined) return false
  return Number(file.changed) <= Number(files.at(-1)?.changed ?? 0)
}

/** `1767322996.1234567890` as ISO 8601, to the second. */
export function isoTime(seconds: string): string {
  return new Date(Math.floor(Number(seconds)) * 1000).toISOString().replace('.000Z', 'Z')
}
