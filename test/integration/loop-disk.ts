import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk of a loop device over a sparse file; needs root. */
export interface LoopDisk {
  readonly path: string
  readonly image: string
  readonly bytes: number
  /** A directory of the disk's own, for what a test needs besides. */
  readonly directory: string
  /** Remembers to undo something before the disk goes. */
  beforeRelease(undo: () => void): void
  release(): void
}

/** Runs a program; its output without the last newline. Throws when it fails. */
export function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
}

/** Makes a blank disk. */
export function loopDisk(mebibytes: number): LoopDisk {
  const directory = mkdtempSync(join(tmpdir(), 'nfsha-disk-'))
  const image = join(directory, 'image')
  const bytes = mebibytes * 1_048_576
  writeFileSync(image, '')
  truncateSync(image, bytes)
  const path = run('losetup', '-f', '--show', image)
  // The kernel keeps this of a loop device that is used again.
  run('blockdev', '--setrw', path)
  const undo: (() => void)[] = [() => run('losetup', '-d', path)]
  return {
    path,
    image,
    bytes,
    directory,
    beforeRelease: step => undo.push(step),
    release() {
      for (const step of undo.splice(0).reverse()) step()
      rmSync(directory, { recursive: true })
    },
  }
}
