import { describe, expect, it } from 'vitest'
import { present } from '../../src/core/fact.ts'
import type { Probe } from '../../src/core/probe.ts'
import { splitBatch } from '../../src/facts/batch.ts'
import { volumeContents } from '../../src/facts/filesystem.ts'
import { answer } from './answer.ts'

const probe: Probe<string> = {
  id: 'asked',
  script: '',
  parse: ({ stdout }) => present(stdout),
  deadlineMs: 1000,
  maxBytes: 100,
}

const notWhole = {
  state: 'unknown',
  reason: 'its answer did not arrive whole: see that there is room in /run and /tmp (df, df -i)',
}

describe('splitting a batch', () => {
  it.each([
    ['an answer with its mark', '0 0', ' 4 0', 'yes.', present('yes')],
    ['nothing, with its mark', '0 0', ' 1 0', '.', present('')],
    ['nothing, not even a mark', '0 0', ' 0 0', '', notWhole],
    ['an answer that was cut', '0 0', ' 3 0', 'yes', notWhole],
    ['no row', '0 0', '', '', notWhole],
    ['a row, and fewer bytes than it says', '0 0', ' 4 0', '', notWhole],
    ['a reason, which has no mark', '0 1', ' 4 0', 'why.', { state: 'unknown', reason: 'why.' }],
    ['absence, which says nothing', '0 3', ' 0 0', '', { state: 'absent' }],
  ])('%s', (_name, answers, sizes, outputs, fact) => {
    expect(splitBatch([probe], { answers, sizes, outputs })).toEqual({ asked: fact })
  })
})

describe('what lies behind the metadata of a disk', () => {
  it.each([
    ['no signature', 'signatures {"signatures": []}\n', present([])],
    ['no signature, of a wipefs that prints nothing then', 'signatures \n', present([])],
    ['no answer', '', { state: 'unknown', reason: 'the list of signatures is not understood' }],
  ])('%s', (_name, stdout, fact) => {
    expect(answer(volumeContents('/dev/vdb'), stdout)).toEqual(fact)
  })
})
