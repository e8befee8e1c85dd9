import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Node } from '../../src/core/cluster.ts'
import { Secret, type SecretText } from '../../src/core/secret.ts'
import type { NodeFile } from '../../src/core/step.ts'
import { givenFor, hostsOf, instancesOf, type PlanContext } from '../../src/planner/instances.ts'
import { loadPlaybook } from '../../src/playbook/load.ts'
import { loadExample } from '../fixtures/cluster.ts'
import { precompiled, render } from './tree.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const inventories = readdirSync(here('../../inventories'))
  .filter(file => file.endsWith('.yml'))
  .map(file => file.replace(/\.yml$/, ''))

const { steps } = await loadPlaybook('deploy')

/** Every file that deploy's steps want on a node. */
function filesOn(node: Node, context: PlanContext): readonly NodeFile[] {
  return instancesOf(context.cluster, steps)
    .filter(instance => hostsOf(instance, context).includes(node))
    .flatMap(instance => instance.step.files?.(givenFor(instance, node, context)) ?? [])
}

/** The text with its secrets shown by name. */
function shownText(content: SecretText): string {
  return content.map(part => (part instanceof Secret ? part.toString() : part)).join('')
}

/** Who may read what, a line a file; a block of a file is marked. */
function listing(files: readonly NodeFile[]): string {
  const lines = files.map(
    ({ path, mode, owner, template, block }) =>
      `${mode} ${owner} ${path}${block === true ? ' (a block)' : ''} from ${template}`,
  )
  return `${lines.toSorted().join('\n')}\n`
}

describe.each(inventories)('the tree of inventories/%s.yml', async name => {
  const { cluster } = await loadExample(name)
  const context: PlanContext = { cluster, params: { allowDataLoss: [], waitSync: false }, render }

  it.each(cluster.nodes.map(node => [node.name, node] as const))('is as recorded on %s', async (_, node) => {
    const files = filesOn(node, context)
    const recorded = `../golden/${name}/${node.name}`
    await expect(listing(files)).toMatchFileSnapshot(`${recorded}/FILES`)
    for (const { path, content } of files)
      await expect(shownText(content)).toMatchFileSnapshot(`${recorded}${path}`)
  })

  it.each(cluster.nodes.map(node => [node.name, node] as const))(
    'has nothing else recorded on %s',
    (_, node) => {
      const recorded = here(`../golden/${name}/${node.name}`)
      const inTree = readdirSync(recorded, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => `${entry.parentPath}/${entry.name}`.slice(recorded.length))
      const wanted = filesOn(node, context).map(({ path }) => path)
      expect(inTree.toSorted()).toEqual(['/FILES', ...wanted].toSorted())
    },
  )

  it('is the same from precompiled templates', async () => {
    const built = { ...context, render: await precompiled() }
    for (const node of cluster.nodes) expect(filesOn(node, built)).toEqual(filesOn(node, context))
  })

  it('has the same group and resources on both nodes', () => {
    const [first, second] = cluster.nodes.map(node => filesOn(node, context))
    const shared =
      /\/(haresources|resource\.d\/nfsha|authkeys|[^/]+\.res|global_common\.conf|nfsha\.exports)$/
    const texts = (files: readonly NodeFile[] = []) =>
      files.filter(({ path }) => shared.test(path)).map(({ path, content }) => [path, shownText(content)])
    expect(texts(first).length).toBeGreaterThan(5)
    expect(texts(first)).toEqual(texts(second))
  })
})
