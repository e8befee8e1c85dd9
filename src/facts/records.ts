import { present } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'

/** Where a node keeps all that nfsha must remember beyond a boot. */
export const recordsDirectory = '/var/lib/nfsha'

/** The files of our memory on a node, as paths below `recordsDirectory`, sorted. Absent: it has none. */
export const records: Probe<readonly string[]> = Object.freeze<Probe<readonly string[]>>({
  id: 'records',
  script: [
    `s=$(stat -c %F ${recordsDirectory} 2>&1) || case $s in`,
    `  *'No such file or directory') exit ${exitAbsent} ;;`,
    `  *) printf '%s\\n' "$s"; exit 1 ;;`,
    'esac',
    `[ "$s" = directory ] || { echo "${recordsDirectory} is a $s"; exit 1; }`,
    `cd ${recordsDirectory} && find . ! -type d | sed 's,^\\./,,' | sort`,
  ].join('\n'),
  parse: ({ stdout }) => present(stdout.split('\n').filter(line => line !== '')),
  deadlineMs: 60_000,
  maxBytes: 65_536,
})
