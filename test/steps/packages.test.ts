import { describe, expect, it } from 'vitest'
import { present } from '../../src/core/fact.ts'
import { dpkgTroubles, installed, policyLeftBehind } from '../../src/facts/package.ts'
import { unitFromPackage } from '../../src/facts/unit.ts'
import { ownedFile } from '../../src/steps/_file-diff.ts'
import { wantedPackages } from '../../src/steps/_install.ts'
import packages from '../../src/steps/packages.ts'
import { rootFile, type Said } from '../fixtures/os-facts.ts'
import { known } from './ha-fixture.ts'
import { changeOf, commands, diffOn, example } from './os-harness.ts'

describe('packages', () => {
  const states = (changed: Record<string, unknown>) => {
    const all = Object.fromEntries(
      wantedPackages(example)
        .id.replace('packages:', '')
        .split(',')
        .map(name => [name, installed]),
    )
    return known(wantedPackages(example), present({ ...all, ...changed }))
  }

  it('installs all that is missing in one go, and predicts what it brings', () => {
    const change = changeOf(diffOn(packages, 'blank'))
    expect(change.summary).toBe(`install ${example.packages.join(' ')}`)
    expect(change.actions).toHaveLength(1)
    const predicted = new Map((change.expect.self ?? []).map(({ probe, fact }) => [probe.id, fact]))
    expect(predicted.get('unit:heartbeat.service')).toEqual(unitFromPackage(true))
    expect(predicted.get('unit:drbd.service')).toEqual(unitFromPackage(false))
    expect(predicted.get('unit:drbd@data.target')).toEqual(unitFromPackage(false))
    expect(predicted.get('file:/etc/drbd.d/global_common.conf of drbd-utils')).toMatchObject({
      value: { version: 'pristine' },
    })
  })

  it('does not predict a conffile over one that is there', () => {
    const path = '/etc/drbd.d/global_common.conf'
    const changed = [
      known(ownedFile(example, path), present({ ...rootFile, content: 'mine\n', version: 'v' })),
    ]
    const change = changeOf(diffOn(packages, 'blank', changed))
    expect((change.expect.self ?? []).some(({ probe }) => probe.id.includes(path))).toBe(false)
  })

  it.each([
    ['a candidate', true, false],
    ['no candidate', false, true],
  ])('reads the lists first where apt has %s', (_, hasCandidate, updates) => {
    const changed = [states({ heartbeat: { status: 'not-installed', hasCandidate } })]
    const [action] = changeOf(diffOn(packages, 'deployed', changed)).actions
    const firstApt = action?.kind === 'script' ? action.script.match(/^(?:if ! )?apt .*/m)?.[0] : ''
    expect(firstApt?.endsWith('update')).toBe(updates)
  })

  const half: readonly (readonly [string, Said, string])[] = [
    [
      'one of ours',
      [
        states({ heartbeat: { status: 'half-configured', hasCandidate: true } }),
        known(dpkgTroubles, present(['heartbeat'])),
      ],
      'finish the installation of heartbeat; install heartbeat',
    ],
    [
      'another one, in the way of ours',
      [
        states({ gawk: { status: 'not-installed', hasCandidate: true } }),
        known(dpkgTroubles, present(['vim'])),
      ],
      'finish the installation of vim; install gawk',
    ],
    [
      'an installed one of ours',
      [known(dpkgTroubles, present(['nfs-common']))],
      'finish the installation of nfs-common',
    ],
  ]
  it.each(half)('finishes what dpkg left half done: %s', (_, changed, summary) => {
    const change = changeOf(diffOn(packages, 'deployed', changed))
    expect(change.summary).toBe(summary)
    const [action] = change.actions
    expect(action?.kind === 'script' && action.script).toContain('--configure -a')
  })

  it("leaves others' half-done packages alone when nothing is to be installed", () => {
    expect(diffOn(packages, 'deployed', [known(dpkgTroubles, present(['vim']))])).toEqual({ kind: 'in-sync' })
  })

  it('takes away a policy that was left behind', () => {
    expect(commands(diffOn(packages, 'deployed', [known(policyLeftBehind, present('left'))]))).toEqual([
      'let packages start services again',
    ])
  })
})
