import type { Cluster } from '../core/cluster.ts'
import { type Facts, factValue } from '../core/fact.ts'
import { hider } from '../executor/hide.ts'
import { diagnostics } from '../facts/diagnostics.ts'
import { answerTo } from '../facts/group.ts'
import { evaluate } from '../preflight/preflight.ts'
import type { BundleFile } from '../report/bundle.ts'
import { checksText } from '../report/check-text.ts'
import { journalDirectory } from '../report/journal.ts'
import { journalRunIds, readJournal, summarise } from '../report/journal-read.ts'
import { mergeLogs } from '../report/log-merge.ts'
import { logText } from '../report/log-text.ts'
import { plain } from '../report/paint.ts'
import { planText } from '../report/plan-text.ts'
import { statusText } from '../report/status-text.ts'
import { factsFile } from './facts-file.ts'
import type { LogReading } from './read-logs.ts'
import type { StatusReading } from './read-status.ts'
import { shownPlan } from './show-plan.ts'
import { planWork, type Work } from './work.ts'

/** How many of the last runs go into a bundle. */
const keptRuns = 10

/** All that was read for a bundle. */
export interface BundleMaterial {
  readonly cluster: Cluster
  readonly version: string
  readonly madeAt: Date
  /** The inventory's text; missing when it came by standard input. */
  readonly inventory?: string
  readonly reading: StatusReading
  readonly work: Work
  readonly logs: LogReading
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The files of a bundle. Whatever way a secret came into one of them: its value is none of its text. */
export function bundleFiles(material: BundleMaterial): readonly BundleFile[] {
  const { cluster, reading, logs, work, madeAt } = material
  const { status, facts } = reading
  const hosts = cluster.nodes.map(({ name }) => name)
  const files: readonly BundleFile[] = [
    { path: 'README.txt', text: about(material) },
    ...(material.inventory === undefined ? [] : [{ path: 'inventory.yml', text: material.inventory }]),
    { path: 'status.txt', text: statusText(status, plain) },
    { path: 'status.json', text: json(status) },
    { path: 'check.txt', text: checksText(evaluate(cluster, facts), true, plain) },
    { path: 'plan.txt', text: planOf(work, facts, cluster) },
    { path: 'facts.json', text: json(factsFile(cluster.name, madeAt, facts)) },
    { path: 'logs.txt', text: logText(mergeLogs(logs.logs), hosts, plain) },
    { path: 'clocks.json', text: json(logs.logs.map(({ lines: _, ...clock }) => clock)) },
    ...nodeFiles(cluster, facts),
    ...runFiles(cluster.name, material.env),
  ]
  const hide = hider(cluster.secrets.all)
  return files.map(({ path, text }) => ({ path, text: `${hide(text).trimEnd()}\n` }))
}

function about({ cluster, version, madeAt, reading, logs }: BundleMaterial): string {
  const { status } = reading
  const silent = status.nodes.filter(({ answered }) => !answered)
  return [
    `Made by nfsha ${version} at ${madeAt.toISOString()}, of the cluster ${cluster.name} (${cluster.platform.id}).`,
    `Verdict: ${status.verdict}: ${status.reason}`,
    ...silent.map(({ name, problem }) => `${name} did not answer: ${problem ?? 'for no reason given'}`),
    ...logs.gaps,
    '',
    'Secrets of the inventory stand as <secret NAME>, or as keyed fingerprints, in every file. The rest is as it',
    'was: names, addresses and paths too.',
  ].join('\n')
}

function planOf(work: Work, facts: Facts, cluster: Cluster): string {
  return planText(shownPlan(planWork(work, facts), cluster), {
    paint: plain,
    showsInSync: true,
    showsActions: true,
    showsForgone: true,
  })
}

/** What the tools on the nodes say; a reason where one of them did not. */
function nodeFiles(cluster: Cluster, facts: Facts): readonly BundleFile[] {
  return cluster.nodes.flatMap(({ name }) =>
    Object.entries(diagnostics(cluster)).map(([file, probe]) => {
      const fact = answerTo(facts[name] ?? {}, probe)
      const text = factValue(fact) ?? (fact.state === 'unknown' ? fact.reason : 'nothing')
      return { path: `${name}/${file}`, text }
    }),
  )
}

function runFiles(cluster: string, env: BundleMaterial['env']): readonly BundleFile[] {
  const directory = journalDirectory(env)
  return journalRunIds(directory)
    .map(id => ({ id, entries: readJournal(directory, id) }))
    .filter(({ id, entries }) => summarise(id, entries).cluster === cluster)
    .slice(0, keptRuns)
    .map(({ id, entries }) => ({
      path: `journal/${id}.jsonl`,
      text: entries.map(entry => JSON.stringify(entry)).join('\n'),
    }))
}

function json(value: unknown): string {
  return JSON.stringify(value, undefined, 2)
}
