import { describe, expect, it } from 'vitest'
import { drbdMetadata, parseGenerations } from '../../src/facts/drbd-metadata.ts'
import { cluster, m1, volume } from '../steps/storage-fixture.ts'
import { answer } from './answer.ts'
import { runProbe } from './run-probe.ts'

const zero = '0000000000000000'
// drbdmeta 9.22, get-gi on v08 metadata.
const fresh = `0000000000000004:${zero}:${zero}:${zero}:0:0:0:0:0:0:0`
const used = 'A7D5B84E7DBB1D4B:0000000000000000:5C2A9D3E7F180246:5C2A9D3E7F180245:1:1:1:1:0:0:0'

const read = (lines: readonly string[]) => answer(drbdMetadata(cluster, m1, volume), `${lines.join('\n')}\n`)

const facts = (uuid: string, generations: string, record: readonly string[] = []) =>
  read([
    `device-uuid ${uuid}`,
    `generations ${generations}`,
    ...(record.length > 0 ? ['identity serial=a b'] : []),
    ...record.map(line => `recorded-${line}`),
  ])

describe('lineage', () => {
  it.each([
    ['recorded', '0C141D79861E1AA8', used, ['identity serial=a b', 'device-uuid 0C141D79861E1AA8']],
    ['recorded', '0C141D79861E1AA8', used, ['identity serial=moved', 'device-uuid 0C141D79861E1AA8']],
    ['recorded', zero, used, ['identity serial=a b', `device-uuid ${zero}`]],
    ['none', zero, used, ['identity serial=other', `device-uuid ${zero}`]],
    ['none', '0C141D79861E1AA8', used, ['identity serial=a b', 'device-uuid 1111111111111111']],
    ['none', '0C141D79861E1AA8', used, []],
    ['none', '0C141D79861E1AA8', fresh, []],
    ['unfinished', '0C141D79861E1AA8', fresh, ['identity serial=a b']],
    ['none', '0C141D79861E1AA8', fresh, ['identity serial=other']],
    ['none', '0C141D79861E1AA8', used, ['identity serial=a b']],
  ])('%s: %#', (lineage, uuid, generations, record) => {
    expect(facts(uuid, generations, record)).toMatchObject({ state: 'present', value: { lineage } })
  })

  it('takes what it does not understand for unknown', () => {
    expect(facts('', fresh).state).toBe('unknown')
    expect(facts('0C141D79861E1AA8', 'nonsense').state).toBe('unknown')
    expect(read([]).state).toBe('unknown')
  })
})

describe('parseGenerations', () => {
  it('clears the bit that only says who is Primary', () => {
    expect(parseGenerations(used)).toEqual({
      current: 'A7D5B84E7DBB1D4A',
      bitmap: zero,
      history: ['5C2A9D3E7F180246', '5C2A9D3E7F180244'],
    })
  })

  it("finds them behind drbdmeta's remarks", () => {
    expect(parseGenerations(`Device is configured!\n${fresh}\n`)?.current).toBe('0000000000000004')
  })
})

it('says absent where there is no disk', () => {
  const noDisk = { ...m1, disks: { data: '/dev/no such disk' } }
  expect(runProbe(drbdMetadata(cluster, noDisk, volume)).state).toBe('absent')
})
