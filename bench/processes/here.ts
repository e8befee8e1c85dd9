import { readFileSync } from 'node:fs'
import { renderedFiles } from '../../src/cli/render-files.ts'
import type { Probe } from '../../src/core/probe.ts'
import { openHosts } from '../../src/executor/hosts.ts'
import { countBatch, ofNamespace } from './count.ts'
import { ownProc, pretendNode } from './pretended.ts'
import { questions, readOffline } from './questions.ts'

/*
 * Each question of status, plan and deploy to a serving node, on one that is pretended: how many processes
 * it starts, its own shell among them, and all together. Arguments: inventory, text of the stand-ins.
 */

const [inventory = '', standIn = ''] = process.argv.slice(2)
const { cluster, work } = await readOffline(inventory)
const [node] = cluster.nodes
const files = renderedFiles(work).filter(file => file.node === node.name)
const pretended = pretendNode(files, readFileSync(standIn, 'utf8'))
const counter = ofNamespace(ownProc)

/** A question that starts nothing besides its own shell. */
const nothing: Probe<unknown> = {
  id: 'nothing',
  script: ':',
  parse: () => ({ state: 'absent' }),
  deadlineMs: 10_000,
  maxBytes: 100,
}

try {
  const signal = new AbortController().signal
  const hosts = await openHosts({ ...pretended, hosts: [node], events: () => undefined, signal })
  const session = hosts.sessions.get(node.name)
  if (session === undefined) throw hosts.failures.get(node.name) ?? new Error('no shell')
  for (const [name, probes] of Object.entries(questions(cluster, work))) {
    // What is tried once a boot has passed then.
    await countBatch(session, counter, probes)
    const total = await countBatch(session, counter, probes)
    const around = (await countBatch(session, counter, [nothing])) - 1
    const rows: string[] = []
    for (const probe of probes) {
      const count = (await countBatch(session, counter, [probe])) - around
      rows.push(`${String(count).padStart(5)}  ${probe.id}`)
    }
    process.stdout.write(
      `${name}: ${total} processes for ${probes.length} questions, ${around} of them around\n`,
    )
    process.stdout.write(`each alone:\n${rows.toSorted().reverse().join('\n')}\n`)
  }
  await hosts.close()
} finally {
  pretended.end()
}
