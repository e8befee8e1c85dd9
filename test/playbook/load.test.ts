import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadPlaybook, playbookNames } from '../../src/playbook/load.ts'
import { stepIds } from '../../src/playbook/step-files.ts'

describe('loadPlaybook', () => {
  test.each(playbookNames())('%s loads, each step by its file name', async name => {
    const { header, steps } = await loadPlaybook(name)
    expect(header.title).not.toBe('')
    const listed = [...readFileSync(`playbooks/${name}.yml`, 'utf8').matchAll(/^ {2}- (.*)$/gm)].map(
      ([, id]) => id,
    )
    expect(steps.map(step => step.id)).toEqual(listed)
  })

  test.each(['nothing', '../package', 'deploy.yml'])('refuses %s, naming those there are', async name => {
    await expect(loadPlaybook(name)).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('deploy'),
    })
  })
})

test('every step file is a step, and shared modules are none', () => {
  expect(stepIds()).toContain('ha-cf')
  expect(stepIds().filter(id => id.startsWith('_'))).toEqual([])
})
