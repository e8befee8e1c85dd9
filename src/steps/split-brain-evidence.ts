import type { ScriptAction } from '../core/action.ts'
import type { Cluster } from '../core/cluster.ts'
import { type Diff, expects, inSync, refusal } from '../core/diff.ts'
import { present } from '../core/fact.ts'
import { quote } from '../core/quote.ts'
import { defineStep } from '../core/step.ts'
import { answerTo } from '../facts/group.ts'
import { evidenceDirectory, savedEvidence, sidesFile } from '../facts/split-brain.ts'
import { makeDirectory, run } from './_command.ts'
import { isOpen, repairOf, splitBrainReads } from './_split-brain.ts'

/**
 * What both sides showed, and what each node itself knows of it, is kept on both nodes before anything is
 * changed; root only. Nothing takes it away again.
 */
export default defineStep({
  id: 'split-brain-evidence',
  title: "Save both sides' state",
  reads: given => {
    const { repair } = given.params
    return splitBrainReads(given, ...(repair === undefined ? [] : [savedEvidence(repair)]))
  },
  diff(given, self, peer): Diff {
    const repair = repairOf(given)
    if (repair === undefined || !isOpen(given, self, peer)) return inSync
    const { id, evidence } = repair
    const probe = savedEvidence(id)
    const saved = answerTo(self.facts, probe)
    if (saved.state === 'present') return inSync
    const directory = evidenceDirectory(id)
    if (saved.state === 'unknown')
      return refusal(
        'unknown-state',
        `whether evidence is saved on ${given.host.name} is not known: ${saved.reason}`,
        `look at ${directory} there, then run again`,
      )
    return {
      kind: 'change',
      symbol: '+',
      summary: `save what both sides show in ${directory}`,
      risk: 'safe',
      actions: [
        makeDirectory(directory, '0700'),
        saveWhatIsKnown(given.cluster, `${directory}/node.txt`),
        { kind: 'put', path: sidesFile(id), content: [evidence.text], mode: '0600', owner: 'root:root' },
        // So that the journal has it, too.
        run(['cat', sidesFile(id)]),
      ],
      expect: { self: [expects(probe, present(true as const))] },
    }
  },
})

/** All that the node knows and that a repair, a boot or the next hour may wipe out. */
function saveWhatIsKnown({ volumes }: Cluster, file: string): ScriptAction {
  const questions = [
    'date -u',
    'cat /proc/uptime',
    'cat /proc/drbd',
    ...volumes.map(({ name }) => `drbdadm get-gi ${quote(name)}`),
    'cat /proc/mounts',
    'ip -o address show',
    'cl_status rscstatus',
    'find /var/lib/nfsha/guard -type f -printf "%p %t\\n" -exec cat "{}" ";"',
    'dmesg',
    'tail -n 2000 /var/log/ha-log',
  ]
  return {
    kind: 'script',
    title: `save what the node knows in ${file}`,
    script: [
      'umask 077',
      'question() {',
      '  printf "\\n== %s\\n" "$*"',
      '  timeout 30 "$@" 2>&1 || echo "(exit code $?)"',
      '}',
      '{',
      ...questions.map(question => `  question ${question}`),
      `} >${file}`,
      `sync ${file}`,
    ].join('\n'),
    timeoutMs: 600_000,
  }
}
