import { describe, expect, it } from 'vitest'
import { absent, type Fact, present, unknown } from '../../src/core/fact.ts'
import { faultless, type RehearsalFact } from '../../src/facts/rehearsal.ts'
import { wantedRehearsal } from '../../src/steps/_rehearsal.ts'
import rehearsal from '../../src/steps/rehearsal.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { contextOf, known, m1, m2, plan } from './ha-fixture.ts'

const cluster = exampleCluster()
const probeOn = (host = cluster.nodes[0]) => wantedRehearsal({ ...contextOf(), cluster, host })
const flaw = {
  check: 'mount',
  word: 'nobarrier',
  text: 'data would not be mounted with "nobarrier"',
  next: 'take "nobarrier" out',
}

function diffOn(fact: Fact<RehearsalFact>) {
  const said = {
    [m1]: [known(probeOn(), fact)],
    [m2]: [known(probeOn(cluster.nodes[1]), present(faultless))],
  }
  return Object.values(plan(rehearsal, said))[0]
}

describe('a takeover', () => {
  it('that passes is in sync', () => {
    expect(diffOn(present(faultless))).toEqual({ kind: 'in-sync' })
  })

  it('that would fail is a refusal, in the words of what refused', () => {
    expect(diffOn(present({ refused: [flaw], told: [] }))).toMatchObject({
      kind: 'refusal',
      id: 'takeover-would-fail',
      reason: `a takeover by ${m1} would fail: ${flaw.text}`,
      hint: expect.stringContaining(flaw.next),
    })
  })

  it('of which something could not be tried says so', () => {
    expect(diffOn(present({ refused: [], told: [flaw] }))).toEqual({ kind: 'in-sync', note: flaw.text })
  })

  it.each([
    ['its packages are not there', absent()],
    ['the node did not say', unknown('no answer within 180 s')],
  ])('is rehearsed as an act where %s', (_, fact) => {
    expect(diffOn(fact)).toMatchObject({
      kind: 'change',
      risk: 'safe',
      actions: [{ kind: 'script', title: 'rehearse a takeover' }],
    })
  })
})

it('is another question for other mount options, and the same for the same', () => {
  const [volume] = cluster.volumes
  if (volume === undefined) throw new Error('the example has a volume')
  const other = exampleCluster({ volumes: [{ ...volume, mountOptions: ['nobarrier'] }] })
  const idFor = (of: typeof cluster) => wantedRehearsal({ ...contextOf(of), host: of.nodes[0] }).id
  expect(idFor(other)).not.toBe(idFor(cluster))
  expect(idFor(exampleCluster())).toBe(idFor(cluster))
})
