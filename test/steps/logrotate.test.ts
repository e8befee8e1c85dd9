import { describe, expect, it } from 'vitest'
import { absent, present } from '../../src/core/fact.ts'
import { unit, unitFromPackage } from '../../src/facts/unit.ts'
import { ownedFile } from '../../src/steps/_file-diff.ts'
import logrotate from '../../src/steps/logrotate.ts'
import { rootFile } from '../fixtures/os-facts.ts'
import { known } from './ha-fixture.ts'
import { changeOf, commands, diffOn, example } from './os-harness.ts'

describe('logrotate', () => {
  const path = '/etc/logrotate.d/heartbeat'
  it("replaces the package's own rules", () => {
    const pristine = present({ ...rootFile, content: '/var/log/ha-debug {\n}\n', version: 'pristine' })
    const change = changeOf(diffOn(logrotate, 'deployed', [known(ownedFile(example, path), pristine)]))
    expect(change.actions).toEqual([
      // Kept first, so that it can come back.
      expect.objectContaining({ argv: expect.arrayContaining([path, `/var/lib/nfsha/shipped${path}`]) }),
      expect.objectContaining({
        kind: 'put',
        path,
        guard: expect.objectContaining({ expects: `${path} is as heartbeat ships it` }),
      }),
    ])
    expect(change.display).toEqual([
      expect.objectContaining({ note: 'in place of the one that its package ships' }),
    ])
  })
  it('starts the timer, where there is one', () => {
    const changed = [known(unit('logrotate.timer'), unitFromPackage(true))]
    expect(commands(diffOn(logrotate, 'deployed', changed))).toEqual([
      'systemctl --no-ask-password enable --now logrotate.timer',
    ])
    expect(diffOn(logrotate, 'deployed', [known(unit('logrotate.timer'), absent())])).toEqual({
      kind: 'in-sync',
    })
  })
})
