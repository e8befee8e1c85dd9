import { describe, expect, it } from 'vitest'
import { absent, type Fact, present, unknown } from '../../src/core/fact.ts'
import type { UnitFact } from '../../src/facts/unit.ts'
import step from '../../src/steps/drbd-up.ts'
import { drbd, freshMetadata, givenOn, m1, usedMetadata } from './storage-fixture.ts'

const target = (enabled: string, active: string): Fact<UnitFact> =>
  present({ load: 'loaded', enabled, active, needsReload: false, dropIns: [] })
const up = present(drbd('Connected Secondary/Secondary UpToDate/UpToDate'))

function diff(
  facts: { status?: Fact<unknown>; target?: Fact<unknown>; metadata?: Fact<unknown> },
  peer = facts.status ?? up,
) {
  const side = {
    host: m1,
    facts: {
      'hold marker': absent(),
      status: up,
      target: target('enabled', 'active'),
      metadata: present(freshMetadata),
      ...facts,
    } as never,
  }
  return step.diff(givenOn(m1), side, {
    ...side,
    facts: { ...(side.facts as object), status: peer } as never,
  })
}

const argv = (found: ReturnType<typeof diff>) =>
  found.kind === 'change'
    ? found.actions.map(action => (action.kind === 'run' ? action.argv.join(' ') : ''))
    : []

describe('drbd-up', () => {
  it('is in sync when the resource is up and enabled', () => {
    expect(diff({})).toEqual({ kind: 'in-sync' })
    expect(diff({ target: target('enabled', 'inactive') })).toEqual({ kind: 'in-sync' })
  })

  it('brings it up, and for the next boot', () => {
    const change = diff({ status: absent(), target: target('disabled', 'inactive') })
    expect(argv(change)).toEqual([
      'drbdadm adjust data',
      'drbdadm wait-connect data',
      'systemctl --no-ask-password start drbd@data.target',
      'systemctl --no-ask-password enable drbd@data.target',
    ])
    if (change.kind !== 'change') return
    const [status, , unit] = change.expect.self?.map(({ fact }) => fact) ?? []
    expect(diff({ status: status ?? absent(), target: unit ?? absent() })).toEqual({ kind: 'in-sync' })
    expect(status).toEqual(present(drbd('Connected Secondary/Secondary Inconsistent/Inconsistent')))
  })

  it('expects data that were used to be there again', () => {
    const change = diff(
      { status: absent(), metadata: present(usedMetadata) },
      present(drbd('WFConnection Primary/Unknown UpToDate/DUnknown')),
    )
    expect(change.kind === 'change' && change.expect.self?.[0]?.fact).toEqual(
      present(drbd('Connected Secondary/Primary UpToDate/UpToDate')),
    )
  })

  it('only enables one that is up', () => {
    expect(argv(diff({ target: target('disabled', 'active') }))).toEqual([
      'systemctl --no-ask-password enable drbd@data.target',
    ])
    expect(argv(diff({ target: absent() }))).toHaveLength(1)
  })

  it.each([
    ['unknown-drbd-state', unknown('DRBD minor 0 belongs to the resource other'), 'other'],
    ['diskless', present(drbd('Connected Primary/Secondary Diskless/UpToDate')), 'Diskless'],
    ['diskless', present(drbd('Connected Primary/Secondary Failed/UpToDate')), 'Failed'],
  ])('%s is refused', (id, status, named) => {
    expect(diff({ status, metadata: present(usedMetadata) })).toMatchObject({
      kind: 'refusal',
      id,
      reason: expect.stringContaining(named),
    })
  })

  it('lets a new disk take part in a resource that runs without one', () => {
    const diskless = present(drbd('Connected Secondary/Primary Diskless/UpToDate'))
    const active = present(drbd('Connected Primary/Secondary UpToDate/Diskless'))
    const change = diff({ status: diskless, metadata: present(freshMetadata) }, active)
    expect(argv(change)[0]).toBe('drbdadm adjust data')
    if (change.kind !== 'change') return
    expect(change.expect.self?.[0]?.fact).toEqual(
      present(drbd('Connected Secondary/Primary Inconsistent/UpToDate')),
    )
    expect(change.expect.peer?.map(({ fact }) => fact)).toEqual([
      present(drbd('Connected Primary/Secondary UpToDate/Inconsistent')),
    ])
  })
})
