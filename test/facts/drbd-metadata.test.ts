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
    `generations ${generations}`,
    `signature drbd ${uuid}`,
    'identity serial=a b',
    ...record.map(line => `recorded-${line}`),
  ])

const uuid = '53e6aded00e858d8'

describe('lineage', () => {
  it.each([
    ['recorded', uuid, used, ['identity serial=a b', `device-uuid ${uuid}`]],
    ['recorded', uuid, used, ['identity serial=moved', `device-uuid ${uuid}`]],
    ['recorded', 'aef49a3175c5ae8', used, ['identity serial=moved', 'device-uuid aef49a3175c5ae8']],
    ['recorded', '', used, ['identity serial=a b', 'device-uuid ']],
    ['none', '', used, ['identity serial=other', 'device-uuid ']],
    ['none', uuid, used, ['identity serial=a b', 'device-uuid 1111111111111111']],
    ['none', uuid, used, []],
    ['none', uuid, fresh, []],
    ['unfinished', uuid, fresh, ['identity serial=a b']],
    ['none', uuid, fresh, ['identity serial=other']],
    ['none', uuid, used, ['identity serial=a b']],
  ])('%s: %#', (lineage, found, generations, record) => {
    expect(facts(found, generations, record)).toMatchObject({ state: 'present', value: { lineage } })
  })

  it("finds DRBD's UUID among the signatures that it hides", () => {
    const lines = [
      `generations ${used}`,
      'signature ext4 60da8881-e030-41d9-94e6-53ecb70aae18',
      `drbd ${uuid}`,
    ]
    const record = ['identity serial=a', 'recorded-identity serial=a', `recorded-device-uuid ${uuid}`]
    expect(read([...lines, ...record])).toMatchObject({ value: { lineage: 'recorded' } })
  })

  it('takes what it does not understand for unknown', () => {
    expect(facts(uuid, 'nonsense').state).toBe('unknown')
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
