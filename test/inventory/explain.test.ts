import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { explain, explanations } from '../../src/inventory/explain.ts'
import { lintIds } from '../../src/inventory/lint-rules.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The first group of each match in the files of a folder. */
function found(folder: string, pattern: RegExp): readonly string[] {
  const files = readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' }).filter(name =>
    /\.(ts|hbs)$/.test(name),
  )
  const ids = files.flatMap(name => {
    const text = readFileSync(`${root}${folder}/${name}`, 'utf8')
    return [...text.matchAll(pattern)].map(match => match[1] ?? '')
  })
  return [...new Set(ids)].sort()
}

const kindsOf = (id: string) => explain(id).map(each => each.kind)
const stepIds = readdirSync(`${root}src/steps`)
  .filter(name => /^[a-z].*\.ts$/.test(name))
  .map(name => name.replace('.ts', ''))

describe('there are words for', () => {
  it.each(lintIds)('the rule %s', id => {
    expect(kindsOf(id)).toContain('lint')
  })

  it.each(stepIds)('the step %s', id => {
    expect(kindsOf(id)).toContain('step')
  })

  it.each(found('src/steps', /\brefus(?:al|e)\(\s*'([a-z-]+)'/g))('the refusal %s', id => {
    expect(kindsOf(id)).toContain('refusal')
  })

  it.each(found('src/preflight', /\bid: '([a-z-]+)'/g))('the check %s', id => {
    expect(kindsOf(id)).toContain('check')
  })

  it.each(found('templates', /(?:\bnotice|\braise|\btell|\blog) [2-4] ([a-z-]+)/g))(
    "the monitor's notice %s",
    id => {
      expect(kindsOf(id)).toContain('notice')
    },
  )

  it.each(found('templates', /\b(guard-[a-z-]+)\b/g))("the guard's %s", id => {
    expect(kindsOf(id)).toContain('refusal')
  })
})

it('has each id once a kind, and whole sentences', () => {
  const keys = explanations.map(({ kind, id }) => `${kind} ${id}`)
  expect(new Set(keys).size).toBe(keys.length)
  for (const { title, text } of explanations) {
    expect(title).not.toMatch(/\.$/)
    expect(text).toMatch(/\.$/)
  }
})

it('knows nothing of an unknown id', () => {
  expect(explain('no-such-id')).toEqual([])
})
