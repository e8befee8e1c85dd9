import { describe, expect, it } from 'vitest'
import { absent, present } from '../../src/core/fact.ts'
import { kernelModule } from '../../src/facts/module.ts'
import kernelModules from '../../src/steps/kernel-modules.ts'
import { known } from './ha-fixture.ts'
import { commands, diffOn } from './os-harness.ts'

describe('kernel-modules', () => {
  it('are loaded now and at boot', () => {
    expect(commands(diffOn(kernelModules, 'blank'))).toEqual([
      'mkdir -p -m 0755 /etc/modules-load.d',
      'put /etc/modules-load.d/nfsha.conf',
      'modprobe drbd',
      'modprobe nfsd',
      'modprobe loop',
    ])
  })
  it('are loaded again when one is gone', () => {
    const changed = [known(kernelModule('nfsd'), present({ loaded: false }))]
    expect(commands(diffOn(kernelModules, 'deployed', changed))).toEqual(['modprobe nfsd'])
  })
  it.each([
    ['absent', absent(), 'no-module'],
    ['of DRBD 9', present({ loaded: true, version: '9.2.8' }), 'drbd-dialect'],
    ['of no version', present({ loaded: true }), 'drbd-dialect'],
  ])('refuse a drbd module that is %s', (_, fact, id) => {
    expect(diffOn(kernelModules, 'blank', [known(kernelModule('drbd'), fact)])).toMatchObject({
      kind: 'refusal',
      id,
      hint: expect.stringMatching(/\w/),
    })
  })
})
