import type { Volume } from '../core/cluster.ts'
import { present } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { endUnlessThere } from './record.ts'

/** Where a node keeps what was seen before a repair of that name; for root only. */
export function evidenceDirectory(repair: string): string {
  return `/var/lib/nfsha/split-brain/${repair}`
}

/** What both sides showed; written last, so it also says that the rest is there. */
export function sidesFile(repair: string): string {
  return `${evidenceDirectory(repair)}/sides.txt`
}

/** Where it stands to which directory the files of a volume were copied. */
export function copiedFile(repair: string, { name }: Volume): string {
  return `${evidenceDirectory(repair)}/copied-${name}`
}

/** Whether the evidence of a repair is saved on a node. */
export function savedEvidence(repair: string): Probe<true> {
  return isThere(`split-brain-evidence:${repair}`, sidesFile(repair))
}

/** Whether what a repair would lose of a volume was copied. */
export function savedCopy(repair: string, volume: Volume): Probe<true> {
  return isThere(`split-brain-copy:${repair}:${volume.name}`, copiedFile(repair, volume))
}

function isThere(id: string, path: string): Probe<true> {
  return {
    id,
    script: [endUnlessThere(path), 'echo yes'].join('\n'),
    parse: () => present(true),
    deadlineMs: 60_000,
    maxBytes: 1024,
  }
}
