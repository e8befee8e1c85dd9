import { printable } from '../core/printable.ts'
import type { ChangedFile } from '../status/changed-files.ts'
import type { SplitBrain, SplitNode, SplitSide, SplitVerdict, SplitVolume } from '../status/split-brain.ts'
import { durationText } from './duration.ts'
import type { Paint, Style } from './paint.ts'
import { columns } from './table.ts'

const styles: Readonly<Record<SplitVerdict, Style>> = {
  divided: 'bad',
  remembered: 'warn',
  unknown: 'warn',
  none: 'good',
}

const words: Readonly<Record<SplitVerdict, string>> = {
  divided: 'split-brain',
  remembered: 'split-brain over',
  unknown: 'not known',
  none: 'no split-brain',
}

export interface SplitBrainView {
  readonly paint: Paint
  /** How many files of a volume are named; all unless said. */
  readonly most?: number
  /** What comes next, one a line. */
  readonly next?: readonly string[]
}

/** Both sides beside each other: who is what, what differs, and where it can be read. */
export function splitBrainText(split: SplitBrain, { paint, most, next = [] }: SplitBrainView): string {
  const { cluster, verdict, reason, nodes, volumes } = split
  return [
    `${paint('title', cluster)}: ${paint(styles[verdict], words[verdict])}: ${reason}`,
    nodeTable(nodes, paint),
    ...volumes.map(volume => volumeText(volume, most, paint)),
    ...nodes.flatMap(node => logText(node, paint)),
    ...(next.length === 0 ? [] : [next.map(line => `${paint('good', 'next:')} ${line}`).join('\n')]),
  ].join('\n\n')
}

function nodeTable(nodes: readonly SplitNode[], paint: Paint): string {
  const row = (title: string, cell: (node: SplitNode) => string) => [
    paint('faint', title),
    ...nodes.map(cell),
  ]
  return columns([
    ['', ...nodes.map(({ name }) => paint('title', name))],
    row('group', ({ holding, problem }) =>
      problem === undefined ? `has ${holding} of it` : `no answer: ${problem}`,
    ),
    row('heartbeat', node => node.heartbeat),
    row('guard', ({ marks }) => marks.join(', ') || 'no marks'),
    ...(nodes.some(({ refused }) => refused) ? [row('refused', ({ refused }) => refused ?? '')] : []),
    ...(nodes.some(({ held }) => held) ? [row('held', ({ held }) => held ?? '')] : []),
  ])
}

function volumeText(
  { name, relation, sides, changes, isWhole }: SplitVolume,
  most: number | undefined,
  paint: Paint,
) {
  const row = (title: string, cell: (side: SplitSide) => string) => [
    paint('faint', title),
    ...sides.map(cell),
  ]
  const table = columns([
    [paint('title', name), ...sides.map(({ node }) => paint('title', node))],
    row('role', ({ state }) => state?.role ?? 'unknown'),
    row('connection', ({ state }) => state?.connection ?? 'unknown'),
    row('disk', ({ state }) => state?.disk ?? 'unknown'),
    row('generation', ({ generations }) => generations?.current ?? 'unknown'),
    row('parted from', ({ generations }) => generations?.bitmap ?? 'unknown'),
    row('differs by', ({ outOfSyncKib }) => (outOfSyncKib === undefined ? 'unknown' : `${outOfSyncKib} KiB`)),
    row('last write', ({ lastWrite }) =>
      lastWrite ? `${lastWrite.at} ${printable(lastWrite.path)}` : 'unknown',
    ),
    row('own changes', ({ changed, problem }) =>
      changed === undefined ? (problem ?? 'none') : `${changed} paths`,
    ),
  ])
  const relationLine = relation === undefined ? [] : [`${name}: ${relations[relation]}`]
  const reading = sides.map(
    ({ node, readAt }) =>
      `  ${node}: ${readAt.kind === 'mount' ? `mounted at ${readAt.path}` : `in a shell of its own, ${readAt.command}`}`,
  )
  return [
    table,
    ...relationLine,
    ...(relation === 'diverged' || changes
      ? ['each side can be read, without a change to it, at', ...reading]
      : []),
    ...(changes === undefined ? [] : filesText(changes, sides, { most, isWhole, paint })),
  ].join('\n')
}

const relations: Readonly<Record<NonNullable<SplitVolume['relation']>, string>> = {
  virgin: 'neither side ever held data',
  same: 'both sides are of one generation',
  'self-newer': "the second node's data are an earlier state of the first one's: nothing diverged",
  'peer-newer': "the first node's data are an earlier state of the second one's: nothing diverged",
  diverged: 'both sides changed after they were one',
  unrelated: 'the sides have no common past',
}

function filesText(
  changes: readonly ChangedFile[],
  sides: readonly SplitSide[],
  { most, isWhole, paint }: { most: number | undefined; isWhole: boolean; paint: Paint },
): readonly string[] {
  if (changes.length === 0) return ['no file differs']
  const both = changes.filter(({ changedOn }) => changedOn.length > 1).length
  const shown = changes.slice(0, most)
  const left = changes.length - shown.length
  return [
    `${changes.length} paths changed since they parted${both > 0 ? `, ${both} of them on both sides` : ''}${isWhole ? '' : ' (the latest; there are more files than were looked at)'}:`,
    columns([
      ['  changed on', ...sides.map(({ node }) => node), ''].map(cell => paint('faint', cell)),
      ...shown.map(change => fileRow(change, sides, paint)),
    ]),
    ...(left > 0 ? [`  and ${left} more (--all names them)`] : []),
  ]
}

function fileRow(
  { path, kind, changedOn, sides: seen }: ChangedFile,
  sides: readonly SplitSide[],
  paint: Paint,
) {
  const on = changedOn.length > 1 ? paint('bad', 'both') : (changedOn[0] ?? '')
  const cell = ({ node }: SplitSide) => {
    const file = seen[node]
    if (file === undefined) return '-'
    return kind === 'd' ? 'directory' : `${file.bytes} B, ${file.modified}`
  }
  return [`  ${on}`, ...sides.map(cell), printable(path)]
}

function logText({ name, log }: SplitNode, paint: Paint): readonly string[] {
  if (log.length === 0) return []
  const lines = log.map(({ agoMs, text }) => [`  ${durationText(agoMs)} ago`, text])
  return [`${paint('title', `kernel log of ${name}`)}\n${columns(lines)}`]
}
