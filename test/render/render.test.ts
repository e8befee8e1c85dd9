import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NfshaError } from '../../src/core/error.ts'
import { revealText, Secret } from '../../src/core/secret.ts'
import { templateLoader } from '../../src/render/load.ts'
import { createRender } from '../../src/render/render.ts'
import { hideout } from '../../src/render/secrets.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { render } from './tree.ts'

const example = exampleCluster()
const [node] = example.nodes

describe('a secret in a file', () => {
  it('is a span of its own, and the text around it is plain', () => {
    const key = new Secret('authkey', 'c0ffee')
    const cluster = exampleCluster({ heartbeat: { ...example.heartbeat, auth: { method: 'sha1', key } } })
    const text = render('etc/ha.d/authkeys', { cluster, node })
    expect(text.filter(part => part instanceof Secret)).toEqual([key])
    expect(text.at(-1)).toBe('\n')
    expect(JSON.stringify(text)).not.toContain('c0ffee')
    expect(revealText(text)).toContain('\n1 sha1 c0ffee\n')
  })

  it('whatever its value holds: it passes through no template', () => {
    fc.assert(
      fc.property(fc.string(), value => {
        const key = new Secret('authkey', value)
        const cluster = exampleCluster({ heartbeat: { ...example.heartbeat, auth: { method: 'sha1', key } } })
        return revealText(render('etc/ha.d/authkeys', { cluster, node })).endsWith(`\n1 sha1 ${value}\n`)
      }),
    )
  })
})

describe('a hideout', () => {
  it('gives each secret one placeholder, and finds all of them again', () => {
    const [first, second] = [new Secret('a', '1'), new Secret('b', '2')]
    const { hide, split } = hideout()
    expect(hide(first)).toBe(hide(first))
    const text = split(`x${hide(first)}${hide(second)}y${hide(first)}`)
    expect(text).toEqual(['x', first, second, 'y', first])
  })

  it('cannot be guessed: text that looks like a placeholder stays text', () => {
    const { hide, split } = hideout()
    hide(new Secret('a', '1'))
    expect(split('<0123456789abcdef0123456789abcdef:0>')).toEqual(['<0123456789abcdef0123456789abcdef:0>'])
  })
})

describe('templates', () => {
  it('are not escaped as HTML', () => {
    const loader = templateLoader()
    const plain = createRender(name => (name === 'etc/hosts' ? 'a=b&c <"{{cluster}}">\n' : loader(name)))
    expect(plain('etc/hosts', { cluster: example, node })).toEqual(['a=b&c <"m1-m2">\n'])
  })

  it('may not name what their view does not have', () => {
    const loader = templateLoader()
    const misspelt = createRender(name => (name === 'etc/hosts' ? '{{clustre}}' : loader(name)))
    expect(() => misspelt('etc/hosts', { cluster: example, node })).toThrow(/clustre/)
  })

  it('are filled once for the same cluster, node and item, and anew for another', () => {
    const [first, second] = example.nodes
    expect(render('etc/ha.d/ha.cf', { cluster: example, node: first })).toBe(
      render('etc/ha.d/ha.cf', { cluster: example, node: first }),
    )
    expect(render('etc/ha.d/ha.cf', { cluster: example, node: second })).not.toBe(
      render('etc/ha.d/ha.cf', { cluster: example, node: first }),
    )
    const renamed = exampleCluster({ name: 'other' })
    expect(revealText(render('etc/ha.d/ha.cf', { cluster: renamed, node: first }))).toContain('cluster other')
  })

  it('are read once', () => {
    const loader = templateLoader()
    const names: string[] = []
    const counted = createRender(name => {
      names.push(name)
      return loader(name)
    })
    for (const each of example.nodes) counted('etc/hosts', { cluster: example, node: each })
    expect(names.filter(name => name === 'etc/hosts')).toHaveLength(1)
  })

  it('that are missing are named, with what to do', () => {
    const load = templateLoader('/nowhere/')
    expect(() => load('etc/hosts')).toThrow(NfshaError)
    expect(() => load('etc/hosts')).toThrow(
      'the template etc/hosts cannot be read from /nowhere/etc/hosts.hbs',
    )
  })
})
