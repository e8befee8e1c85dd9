import { present } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { endUnlessThere } from './record.ts'

/** Where a node keeps all that nfsha must remember beyond a boot. */
export const recordsDirectory = '/var/lib/nfsha'

/** The files of our memory on a node, as paths below `recordsDirectory`, sorted. Absent: it has none. */
export const records: Probe<readonly string[]> = Object.freeze<Probe<readonly string[]>>({
  id: 'records',
  script: [
    endUnlessThere(recordsDirectory),
    `[ -d ${recordsDirectory} ] || { echo "${recordsDirectory} is no directory"; exit 1; }`,
    `cd ${recordsDirectory} && find . ! -type d | sed 's,^\\./,,' | sort`,
  ].join('\n'),
  parse: ({ stdout }) => present(stdout.split('\n').filter(line => line !== '')),
  deadlineMs: 60_000,
  maxBytes: 65_536,
})
