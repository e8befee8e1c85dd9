import { describe, expect, test } from 'vitest'
import { NfshaError } from '../../src/core/error.ts'
import { parsePlaybook } from '../../src/playbook/parse.ts'

const good = `title: Deploy the pair
needs: both
consent: true
params:
  waitSync: boolean
steps:
  - hosts
  - drbd-create-md
`

const problemsOf = (text: string) => {
  try {
    parsePlaybook(text, 'playbooks/x.yml')
  } catch (error) {
    if (error instanceof NfshaError) return error.problems
    throw error
  }
  return []
}

describe('parsePlaybook', () => {
  test('reads the header and the steps in order', () => {
    expect(parsePlaybook(good, 'playbooks/x.yml')).toEqual({
      header: {
        title: 'Deploy the pair',
        needs: 'both',
        consent: true,
        remembered: true,
        params: { waitSync: 'boolean' },
      },
      stepIds: ['hosts', 'drbd-create-md'],
    })
  })

  test.each([
    ['a wrong value', good.replace('both', 'all'), /^needs: /, 2, 8],
    ['a shared module as a step', good.replace('- hosts', '- _file'), /step id/, 7, 5],
    ['a parameter that no step knows', good.replace('waitSync', 'waitsync'), /waitsync/, 5, 3],
    ['a parameter of another kind', good.replace('boolean', 'text'), /waitSync/, 5, 13],
    ['an unknown key', `${good}hosts: []\n`, /hosts/, 1, 1],
    ['a step twice', `${good}  - hosts\n`, /hosts is listed twice/, undefined, undefined],
    ['broken YAML', 'title: [\n', /./, 2, 1],
  ])('refuses %s, and says where', (_case, text, message, line, column) => {
    const [problem] = problemsOf(text)
    expect(problem?.message).toMatch(message)
    expect(problem?.at?.line).toBe(line)
    expect(problem?.at?.column).toBe(column)
  })

  test('tells all that is wrong at once', () => {
    expect(problemsOf('title: ""\nneeds: all\n').length).toBeGreaterThan(3)
  })
})
