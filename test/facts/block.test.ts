import { describe, expect, it } from 'vitest'
import { absent, present } from '../../src/core/fact.ts'
import { disk, parseDisk, parseSignatures } from '../../src/facts/block.ts'
import { runProbe } from './run-probe.ts'

const lines = (more: readonly string[], blank = '1', signatures = '{"signatures": []}') =>
  [
    `evidence\t${'e'.repeat(64)}`,
    'device\t/dev/vdb',
    'bytes\t536870912',
    'identity\tserial=nfsha-data1',
    'read-only\t0',
    ...more,
    `blank\t${blank}`,
    `signatures\t${signatures}`,
    '',
  ].join('\n')

const blank = {
  device: '/dev/vdb',
  bytes: 536_870_912,
  identity: 'serial=nfsha-data1',
  readOnly: false,
  blank: true,
  signatures: [],
  mountedAt: [],
  heldBy: [],
  partitions: [],
  evidence: 'e'.repeat(64),
}

// wipefs 2.38.1 -n -J on ext4 over which `drbdmeta --force create-md` was run.
const drbdOverExt4 = `{   "signatures": [      {         "device": "loop0",         "offset": "0x3fff03c",         "type": "drbd",         "uuid": null,         "label": null      },{         "device": "loop0",         "offset": "0x438",         "type": "ext4",         "uuid": "54828b04-cafe-47a8-b547-952f6195269f",         "label": null      }   ]}`

describe('parseDisk', () => {
  it('reads a blank disk', () => {
    expect(parseDisk(lines([]))).toEqual(present(blank))
  })

  it('reads all who use it', () => {
    const more = [
      'partition\tvdb1',
      'holder\tdm-0',
      'swap\t/dev/vdb1',
      'mount\t/mnt/with\\040space',
      'mount\t/srv',
      'drbd\t3 other',
    ]
    expect(parseDisk(lines(more, '0'))).toEqual(
      present({
        ...blank,
        blank: false,
        partitions: ['vdb1'],
        heldBy: ['dm-0', 'swap on /dev/vdb1'],
        mountedAt: ['/mnt/with\\040space', '/srv'],
        attachedTo: { minor: 3, resource: 'other' },
      }),
    )
  })

  it('keeps the signature that another one hides', () => {
    const fact = parseDisk(lines([], '0', drbdOverExt4))
    expect(fact.state === 'present' && fact.value.signatures).toEqual([
      { type: 'drbd', offset: '0x3fff03c' },
      { type: 'ext4', offset: '0x438', uuid: '54828b04-cafe-47a8-b547-952f6195269f' },
    ])
  })

  it.each([
    ['nothing', ''],
    ['no signatures line', lines([]).replace(/signatures.*/, '')],
    ['no digest', lines([]).replace(/^evidence.*/, 'evidence\tnone')],
    ['cut JSON', lines([], '1', '{"signatures": [')],
    ['JSON of another kind', lines([], '1', '{"blockdevices": []}')],
  ])('takes %s for unknown, never for blank', (_, text) => {
    expect(parseDisk(text).state).toBe('unknown')
  })
})

describe('parseSignatures', () => {
  it.each(['', '{\n   "signatures": [\n\n   ]\n}\n'])('finds none in %j', text => {
    expect(parseSignatures(text)).toEqual([])
  })
})

describe('the scripts, on this machine', () => {
  it('say absent where there is no such device file', () => {
    expect(runProbe(disk('/dev/no such disk'))).toEqual(absent())
  })

  it.each(['/etc', '/etc/passwd', '/dev/null'])('refuse to take %s for a disk', path => {
    expect(runProbe(disk(path))).toEqual({ state: 'unknown', reason: `${path} is not a block device` })
  })
})
