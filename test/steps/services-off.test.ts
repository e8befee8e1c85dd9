import { describe, expect, it } from 'vitest'
import { present } from '../../src/core/fact.ts'
import { unit, unitFromPackage } from '../../src/facts/unit.ts'
import servicesOff from '../../src/steps/services-off.ts'
import { known } from './ha-fixture.ts'
import { commands, diffOn } from './os-harness.ts'

describe('services-off', () => {
  it.each(['nfs-server.service', 'drbd.service'])('disables %s', name => {
    const changed = [known(unit(name), unitFromPackage(true))]
    expect(commands(diffOn(servicesOff, 'deployed', changed))).toEqual([
      `systemctl --no-ask-password disable ${name}`,
    ])
  })
  it('does not mind services that are not there, nor one that serves', () => {
    expect(diffOn(servicesOff, 'blank')).toEqual({ kind: 'in-sync' })
    const serving = present({
      load: 'loaded',
      enabled: 'disabled',
      active: 'active',
      needsReload: false,
      dropIns: [],
    })
    expect(diffOn(servicesOff, 'deployed', [known(unit('nfs-server.service'), serving)])).toEqual({
      kind: 'in-sync',
    })
  })
})
