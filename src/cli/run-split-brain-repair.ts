import { posix } from 'node:path'
import { type Cluster, peerOf } from '../core/cluster.ts'
import { NfshaError } from '../core/error.ts'
import type { Facts } from '../core/fact.ts'
import { printable } from '../core/printable.ts'
import type { Params, SplitBrainEvidence } from '../core/step.ts'
import { evidenceDirectory } from '../facts/split-brain.ts'
import { plain } from '../report/paint.ts'
import { splitBrainText } from '../report/split-brain-text.ts'
import { lossOf, splitBrainOf, splitBrainProbes } from '../status/split-brain.ts'
import type { Cli, Screen } from './cli.ts'
import { assertCanAsk } from './consent.ts'
import type { EndedRun } from './journalled.ts'
import { defaultParams } from './params.ts'
import { reportRun } from './report-run.ts'
import { runPlaybook } from './run-playbook.ts'
import type { RepairOptions } from './split-brain.ts'
import { loadTarget } from './target.ts'
import { takeOrder } from './work.ts'

/** How many lost files are named at the end; all are in the evidence. */
const namedFiles = 20

/** `nfsha split-brain repair`: the playbook split-brain-repair, with what both sides showed as its evidence. */
export async function runSplitBrainRepair(
  source: string,
  options: RepairOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  assertCanAsk(options.yes, screen.format, cli.io)
  const { cluster } = await loadTarget(source, options, cli, screen)
  assertCopyTarget(cluster, options.copy)
  const { discard, allowDataLoss, copy } = options
  const params: Params = {
    ...defaultParams,
    discard,
    repair: cli.io
      .now()
      .toISOString()
      .replaceAll(/[-:]|\.\d+/g, ''),
    allowDataLoss,
    ...(copy !== undefined && { copyTo: posix.normalize(copy) }),
  }
  let evidence: SplitBrainEvidence | undefined
  const ended = await runPlaybook(
    takeOrder(cluster, 'split-brain-repair', { params }),
    {
      alsoAsk: splitBrainProbes(cluster),
      decide: facts => {
        evidence = evidenceOf(cluster, facts, discard, copy !== undefined)
        return { ...params, evidence }
      },
      closing: () => `${peerOf(cluster, discard).name} keeps its data and serves; ${discard} takes them over`,
    },
    options,
    cli,
    screen,
  )
  report(ended, cluster, { evidence, options, params }, cli, screen)
}

function evidenceOf(cluster: Cluster, facts: Facts, discard: string, isCopied: boolean): SplitBrainEvidence {
  const split = splitBrainOf(cluster, facts)
  const cut = split.volumes.find(({ isWhole }) => !isWhole)
  if (isCopied && cut !== undefined)
    throw new NfshaError(
      'refused',
      `${cut.name} has more files than are looked at, so --copy might leave some out`,
      `read ${discard}'s side as \`nfsha split-brain show\` says and copy what you want; then leave --copy out`,
    )
  const lost = split.volumes.flatMap(volume => {
    const paths = lossOf(volume, discard)?.map(({ path }) => path)
    return paths === undefined ? [] : [[volume.name, paths] as const]
  })
  return { text: `${splitBrainText(split, { paint: plain })}\n`, lost: Object.fromEntries(lost) }
}

function report(
  ended: EndedRun,
  cluster: Cluster,
  told: {
    readonly evidence: SplitBrainEvidence | undefined
    readonly options: RepairOptions
    readonly params: Params
  },
  cli: Cli,
  screen: Screen,
): void {
  const { evidence, options, params } = told
  const lost = evidence?.lost ?? {}
  const directory = evidenceDirectory(params.repair ?? '')
  const names = Object.entries(lost).flatMap(([volume, paths]) =>
    paths.map(path => `${volume}: ${printable(path)}`),
  )
  const left = names.length - namedFiles
  const copied =
    params.copyTo === undefined || names.length === 0
      ? []
      : [`copied to ${params.copyTo} on ${options.discard}`]
  const lines =
    ended.result.result === 'done'
      ? [
          ...(names.length === 0 ? [] : [`${options.discard} gave up its changes of:`]),
          ...names.slice(0, namedFiles).map(name => `  ${name}`),
          ...(left > 0 ? [`  and ${left} more`] : []),
          ...copied,
          `what both sides showed is in ${directory} on both nodes`,
          'next: `nfsha verify` compares both sides whole; see that it does not happen again: fencing in the inventory',
        ]
      : []
  const json = {
    discarded: options.discard,
    lost,
    evidence: directory,
    ...(params.copyTo && { copiedTo: params.copyTo }),
  }
  reportRun(ended, cluster, { done: 'repaired', lines, json }, cli, screen)
}

/** Errors: `usage`, for a directory that is no absolute path, or on a volume itself. */
function assertCopyTarget({ volumes }: Cluster, copy: string | undefined): void {
  if (copy === undefined) return
  const path = posix.normalize(copy)
  if (!posix.isAbsolute(path) || path === '/')
    throw new NfshaError(
      'usage',
      `--copy ${copy} is not an absolute path of a directory`,
      'say one as /root/from-m2',
    )
  const volume = volumes.find(({ mountPoint }) => path === mountPoint || path.startsWith(`${mountPoint}/`))
  if (volume !== undefined)
    throw new NfshaError(
      'usage',
      `--copy ${copy} is on ${volume.name} itself, which is not mounted on that node`,
      'say a directory on another file system, as /root/from-m2',
    )
}
