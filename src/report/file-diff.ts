import { structuredPatch } from 'diff'
import type { Display } from '../core/diff.ts'

type FileDisplay = Extract<Display, { kind: 'file' }>

/**
 * The unified diff of one file, without a line's end on the last line: `---`/`+++` and hunks with
 * three lines of context. A file that is made or removed has /dev/null on the other side.
 */
export function fileDiff({ path, before, after }: FileDisplay): readonly string[] {
  const { hunks } = structuredPatch(path, path, before ?? '', after ?? '', '', '', { context: 3 })
  if (hunks.length === 0) return []
  return [
    `--- ${before === undefined ? '/dev/null' : path}`,
    `+++ ${after === undefined ? '/dev/null' : path}`,
    ...hunks.flatMap(hunk => [
      `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`,
      ...hunk.lines,
    ]),
  ]
}

/** `START,COUNT`; an empty side begins at the line before it, as GNU diff and patch(1) count. */
function range(start: number, lines: number): string {
  return `${lines === 0 ? start - 1 : start},${lines}`
}
