import { describe, expect, it } from 'vitest'
import { faultNamed, faults, injectFault } from '../../src/lab/faults.ts'
import { labPaths } from '../../src/lab/instance.ts'
import type { LiveLab } from '../../src/lab/machines.ts'
import { exampleSpec, machineAt } from './fixture.ts'

const spec = exampleSpec()
const client = machineAt(spec, 2).name
const node = machineAt(spec, 0).name
const cable = spec.wires.find(({ kind }) => kind === 'cable')?.link ?? ''
const image = { id: '', node: '', client: '', kernel: '', initrd: '' }
const lab: LiveLab = {
  paths: labPaths('/nonexistent'),
  run: '/nonexistent',
  state: { version: 1, spec, image, accel: 'tcg', machineDigest: '', processes: [], snapshots: [] },
}

describe('the table of faults', () => {
  it('has a remedy beside each fault that lasts', () => {
    expect(Object.keys(faults)).toEqual([
      ...['link-down', 'link-up', 'port-down', 'port-up'],
      ...['power-cut', 'power-on', 'replace', 'reset', 'freeze', 'thaw', 'fence-down', 'fence-up'],
    ])
  })

  it('refuses a name that is not in it, with those that are', () => {
    expect(() => faultNamed('fire')).toThrow(
      expect.objectContaining({ code: 'usage', hint: expect.stringContaining('power-cut') }),
    )
  })
})

describe('injectFault', () => {
  it.each([
    ['power-cut', {}, 'power-cut strikes a machine'],
    ['power-cut', { machine: node, link: cable }, 'power-cut strikes a machine'],
    ['reset', { machine: 'm9' }, 'the lab has no machine m9'],
    ['link-down', {}, 'link-down strikes a link'],
    ['link-down', { link: 'em9' }, 'the lab has no link em9'],
    ['link-down', { link: cable, machine: client }, `${client} is not on ${cable}`],
    ['port-down', { link: cable }, `${cable} is a cable: it has no switch`],
  ] as const)('refuses %s on %j', async (name, target, message) => {
    await expect(injectFault(lab, name, target)).rejects.toMatchObject({ code: 'usage', message })
  })

  it('fails when the machine does not answer', async () => {
    await expect(injectFault(lab, 'reset', { machine: node })).rejects.toMatchObject({ code: 'failed' })
  })
})
