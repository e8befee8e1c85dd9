import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import Handlebars from 'handlebars'
import { describe, expect, it } from 'vitest'
import type { Client, Cluster } from '../../src/core/cluster.ts'
import type { Secret } from '../../src/core/secret.ts'
import { parts } from '../../src/render/fill.ts'
import { templateLoader } from '../../src/render/load.ts'
import { viewOf, views } from '../../src/render/views.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { devices, variants } from './variants.ts'

const directory = fileURLToPath(new URL('../../templates', import.meta.url))
const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.hbs'))
  .map(file => file.replace(/\.hbs$/, ''))

/** A view that complains of any name it does not have: Handlebars' strict misses those of `if` and `each`. */
function strictView<T extends object>(view: T): T {
  return new Proxy(view, {
    getOwnPropertyDescriptor(target, name) {
      if (typeof name === 'string' && !(name in target)) throw new Error(`the view has no ${name}`)
      return Reflect.getOwnPropertyDescriptor(target, name)
    },
    get(target, name, receiver) {
      if (typeof name === 'string' && !(name in target)) throw new Error(`the view has no ${name}`)
      const value: unknown = Reflect.get(target, name, receiver)
      return Array.isArray(value) ? value.map(strictValue) : strictValue(value)
    },
  })
}

function strictValue(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? strictView(value) : value
}

function engine(): typeof Handlebars {
  const created = Handlebars.create()
  created.registerHelper('sh', (word: unknown) => {
    if (typeof word !== 'string') throw new Error('sh quotes a word')
    return word
  })
  const load = templateLoader()
  for (const part of parts) created.registerPartial(part, load(`_parts/${part}`))
  return created
}

/** A device's file is rendered where there are devices. */
function clustersFor(name: string): readonly Cluster[] {
  const all = Object.values(variants)
  return name === 'etc/ha.d/stonith-device' ? all.filter(({ fencing }) => fencing.mode === 'stonith') : all
}

/** Files of clients, whose item is the client. */
const clientFiles = /fstab$|mountwatch|auto\.nfsha$|nfsha\.autofs$/
const client: Pick<Client, 'mounts' | 'watch' | 'autofs'> = {
  mounts: [
    { export: '/srv/nfsha/data', path: '/mnt', options: ['hard'], by: 'boot' },
    { export: '/srv/nfsha/data', path: '/nfs/data', options: ['hard'], by: 'autofs' },
  ],
  autofs: { base: '/nfs', idleSeconds: 300 },
  watch: { everySeconds: 30, patienceSeconds: 10 },
}

function itemFor(name: string, { volumes }: Cluster): unknown {
  if (clientFiles.test(name)) return client
  return name === 'etc/ha.d/stonith-device' ? devices[0] : volumes[0]
}

describe('templates and views', () => {
  it('belong to each other one to one', () => {
    expect(files.filter(file => !file.startsWith('_parts/')).toSorted()).toEqual(
      Object.keys(views).toSorted(),
    )
  })

  it('use every part', () => {
    const found = files.filter(file => file.startsWith('_parts/')).map(file => file.replace('_parts/', ''))
    expect(found.toSorted()).toEqual([...parts].toSorted())
  })

  it.each(Object.keys(views))('%s names nothing that its view does not have', name => {
    const handlebars = engine()
    const template = handlebars.compile(templateLoader()(name), { noEscape: true, strict: true })
    for (const cluster of clustersFor(name)) {
      const view = viewOf(name)({
        cluster,
        node: cluster.nodes[0],
        item: itemFor(name, cluster),
        hide: (secret: Secret) => String(secret),
      })
      expect(() => template(strictView({ cluster: cluster.name, template: name, ...view }))).not.toThrow()
    }
  })

  it.each(['{{#if nodez}}x{{/if}}', '{{#each nodes}}{{#if namez}}x{{/if}}{{/each}}', '{{nodez}}'])(
    'would be caught at %s',
    text => {
      const template = engine().compile(text, { noEscape: true, strict: true })
      expect(() => template(strictView({ nodes: [{ name: 'm1' }] }))).toThrow()
    },
  )

  it('refuse a template that nobody knows', () => {
    const [node] = exampleCluster().nodes
    expect(() => viewOf('etc/passwd')({ cluster: exampleCluster(), node, hide: String })).toThrow(TypeError)
  })
})
