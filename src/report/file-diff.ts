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
      `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
      ...hunk.lines,
    ]),
  ]
}
