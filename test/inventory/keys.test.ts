import { describe, expect, it } from 'vitest'
import { NfshaError } from '../../src/core/error.ts'
import { explain } from '../../src/inventory/explain.ts'
import { foreignWords } from '../../src/inventory/foreign-words.ts'
import { inventoryJsonSchema } from '../../src/inventory/json-schema.ts'
import { limits } from '../../src/inventory/limits.ts'
import { loadText } from '../fixtures/cluster.ts'
import { basePlus, baseWith } from './base.ts'

const topLevel = Object.keys((inventoryJsonSchema() as { properties: object }).properties)

async function problemOf(text: string) {
  const error: unknown = await loadText(text).catch((caught: unknown) => caught)
  if (!(error instanceof NfshaError)) throw new Error('the inventory loads', { cause: error })
  return error.problems[0] ?? error
}

describe('what is not done is refused with the reason and the way:', () => {
  it.each(limits.flatMap(limit => limit.keys.map(key => [key, limit] as const)))(
    '%s',
    async (key, { id, reason, way }) => {
      const problem = await problemOf(basePlus(`${key}: 1`))
      expect(problem.message).toBe(`"${key}" is refused: ${reason}`)
      expect(problem.hint).toBe(way)
      expect(problem.at?.line).toBe(21)
      expect(explain(id)).toMatchObject([{ kind: 'limit' }])
    },
  )

  it('also where it would stand in drbd.conf', async () => {
    const volume = (more: string) => baseWith('mount: /srv/nfsha }', `mount: /srv/nfsha, ${more} }`)
    for (const [text, words] of [
      [basePlus('drbd: { protocol: A }'), 'by protocol C, always'],
      [volume('meta-disk: /dev/sdc'), 'metadata are internal'],
      [volume('vg: vg0'), 'stands on DRBD itself'],
    ] as const)
      expect((await problemOf(text)).message).toContain(words)
  })

  it('a third node', async () => {
    const third = '  c:\n    links: { em1: 192.168.0.3/24, em2: 10.0.0.3/24, em3: 10.0.1.3/24 }\nlinks:\n'
    const problem = await problemOf(baseWith('links:\n  em1', `${third}  em1`))
    expect(problem.message).toBe('a cluster has two nodes, and here are 3')
    expect(problem.hint).toMatch(/haresources and DRBD 8.4 .* mode: witness .* "clients:"/)
  })
})

describe('words of other files lead to their place here:', () => {
  it.each([...foreignWords])('%s', async (word, { of, place }) => {
    const problem = await problemOf(basePlus(`${word}: 1`))
    expect(problem.message).toBe(`"${word}" is a word of ${of}`)
    expect(problem.hint).toBe(place)
    // What is written in the hint is the inventory's.
    for (const [, key = ''] of place.matchAll(/`([a-z-]+): [[{]/g)) expect(topLevel).toContain(key)
  })

  it('and none of them is a key of the inventory', () => {
    expect(topLevel.filter(key => foreignWords.has(key))).toEqual([])
  })
})
