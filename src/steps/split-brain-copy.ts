import type { Action, Guard } from '../core/action.ts'
import type { Node, Volume } from '../core/cluster.ts'
import { type Diff, expects, inSync, refusal } from '../core/diff.ts'
import { present } from '../core/fact.ts'
import { quote } from '../core/quote.ts'
import { defineStepOver, type Given } from '../core/step.ts'
import { answerTo } from '../facts/group.ts'
import { copiedFile, evidenceDirectory, savedCopy } from '../facts/split-brain.ts'
import { aside } from '../facts/volume-aside.ts'
import { isJoined, repairOf, splitBrainReads } from './_split-brain.ts'
import { overVolumes } from './_storage.ts'

/** Copying goes on for as long as it takes; a disk that hangs is given up some day. */
const limitMs = 24 * 3_600_000

/**
 * With `copyTo`: the files whose changes will be lost are copied from the side that is given up, read
 * aside of DRBD, into that directory on the same node, below the volume's name.
 */
export default defineStepOver({
  id: 'split-brain-copy',
  title: 'Copy what will be lost',
  joint: true,
  over: overVolumes,
  reads: given => {
    const { repair } = given.params
    return splitBrainReads(given, ...(repair === undefined ? [] : [savedCopy(repair, given.item)]))
  },
  diff(given, self): Diff {
    const { cluster, host, item, params } = given
    const repair = repairOf(given)
    if (repair === undefined || params.copyTo === undefined || host.name !== repair.discard) return inSync
    if (isJoined(cluster, self, item)) return inSync
    const { id, evidence } = repair
    const probe = savedCopy(id, item)
    if (answerTo(self.facts, probe).state === 'present') return inSync
    const paths = evidence.lost[item.name]
    if (paths === undefined)
      return refusal(
        'unknown-loss',
        `which files of ${item.name} would be lost on ${host.name} is not known, so they cannot be copied`,
        '`nfsha split-brain show` says why; copy them by hand, and leave --copy out',
      )
    if (paths.length === 0) return inSync
    return {
      kind: 'change',
      symbol: '+',
      summary: `copy ${paths.length} paths of ${item.name} to ${params.copyTo}/${item.name}`,
      risk: 'safe',
      actions: copyActions(given, `${params.copyTo}/${item.name}`, id, paths),
      expect: { self: [expects(probe, present(true as const))] },
    }
  },
})

/** Directories come with their files; a line's end in a name is U+0001 in the list. */
function copyActions(
  { host, item }: Given<Volume>,
  target: string,
  id: string,
  paths: readonly string[],
): readonly Action[] {
  const list = `${evidenceDirectory(id)}/lost-${item.name}`
  return [
    {
      kind: 'put',
      path: list,
      content: [paths.map(path => `${path}\n`).join('')],
      mode: '0600',
      owner: 'root:root',
    },
    {
      kind: 'script',
      title: `copy them to ${target}`,
      script: [
        `mkdir -p ${quote(target)} || exit 1`,
        aside(host, item, copyOf(list, target)),
        'rc=$?',
        '[ "$rc" -eq 0 ] || { echo "not all could be copied"; exit 1; }',
        `sync -f ${quote(target)}`,
        `echo ${quote(target)} >${quote(copiedFile(id, item))}`,
      ].join('\n'),
      timeoutMs: limitMs,
      guard: emptyTarget(host, target),
    },
  ]
}

/** What was removed on that side is in the list and not there. */
function copyOf(list: string, target: string): string {
  return String.raw`tr "\n\1" "\0\n" <${quote(list)} | xargs -0 -r sh -c '
  target=$1; shift
  for path; do
    { [ -e "$path" ] || [ -L "$path" ]; } || continue
    if [ -d "$path" ] && ! [ -L "$path" ]; then
      mkdir -p "$target/$path" || exit 255
    else
      cp -a --parents -- "$path" "$target" || exit 255
    fi
  done' sh ${quote(target)}`
}

function emptyTarget(host: Node, target: string): Guard {
  return {
    expects: `${target} on ${host.name} to be empty, or not there`,
    script: `[ ! -e ${quote(target)} ] || [ -z "$(ls -A ${quote(target)} 2>&1)" ] || { echo "it holds something"; exit 1; }`,
  }
}
