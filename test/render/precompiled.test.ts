import { describe, expect, it } from 'vitest'
import { templateLoader } from '../../src/render/load.ts'
import { precompiledRender } from '../../src/render/precompiled.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { precompiled } from './tree.ts'

const cluster = exampleCluster()
const [node] = cluster.nodes

describe('precompiled templates', () => {
  it('are not escaped as HTML', async () => {
    const plain = await rendering({ 'etc/hosts': 'a=b&c <"{{cluster}}">\n' })
    expect(plain('etc/hosts', { cluster, node })).toEqual(['a=b&c <"m1-m2">\n'])
  })

  it('may not name what their view does not have, nor may their parts', async () => {
    const misspelt = await rendering({ 'etc/hosts': '{{clustre}}' })
    expect(() => misspelt('etc/hosts', { cluster, node })).toThrow(/clustre/)
    const misspeltPart = await rendering({ '_parts/header': '{{clustre}}' })
    expect(() => misspeltPart('etc/hosts', { cluster, node })).toThrow(/clustre/)
  })

  it('that are missing are named', () => {
    expect(() => precompiledRender({ templates: {} })).toThrow('_parts/header is not among the precompiled')
  })
})

/** Renders with the shipped templates, some of them replaced. */
async function rendering(replaced: Readonly<Record<string, string>>) {
  const load = templateLoader()
  return precompiled(name => replaced[name] ?? load(name))
}
