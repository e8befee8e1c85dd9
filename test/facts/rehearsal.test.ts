import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { faultless, rehearsal, rehearsalHere } from '../../src/facts/rehearsal.ts'
import { answer } from './answer.ts'
import { runProbe } from './run-probe.ts'

const files = { rehearsal: 'echo end', group: '', exports: '', nfsConf: '' }
const probe = rehearsal('key', files, ['heartbeat', 'drbd-utils'])

/** As seen in the lab. */
const seen = `refused\tmount\tnobarrier\tmedia would not be mounted with "nobarrier": mount: /mnt/point: wrong fs type\ttake "nobarrier" out of the mount-options of media
told\tname\tnas.example\tnas.example in the exports is known to name servers only\twrite its address
end
`

describe('what a rehearsal found', () => {
  it('is what would fail, and what is worth knowing', () => {
    expect(answer(probe, seen)).toEqual({
      state: 'present',
      value: {
        refused: [
          {
            check: 'mount',
            word: 'nobarrier',
            text: 'media would not be mounted with "nobarrier": mount: /mnt/point: wrong fs type',
            next: 'take "nobarrier" out of the mount-options of media',
          },
        ],
        told: [expect.objectContaining({ check: 'name', word: 'nas.example' })],
      },
    })
  })

  it('is nothing where all passed', () => {
    expect(answer(rehearsalHere, 'end\n')).toEqual({ state: 'present', value: faultless })
  })

  it.each([
    ['', 'it was cut short'],
    [seen.replace('end\n', ''), 'name servers only'],
    ['unshare: unshare failed: Operation not permitted\n', 'not permitted'],
  ])('%j is unknown', (stdout, reason) => {
    expect(answer(probe, stdout)).toEqual({ state: 'unknown', reason: expect.stringContaining(reason) })
  })
})

describe('on a node', () => {
  function withDpkg(said: string, code: number): ReturnType<typeof runProbe> {
    const bin = mkdtempSync(join(tmpdir(), 'nfsha-bin-'))
    try {
      writeFileSync(join(bin, 'dpkg-query'), `#!/bin/sh\nprintf '${said}'\nexit ${code}\n`, { mode: 0o755 })
      return runProbe(probe, 'dash', `${bin}:${process.env.PATH}`)
    } finally {
      rmSync(bin, { recursive: true })
    }
  }

  it.each([
    ['a package is not known', 'installed ', 1],
    ['a package is half there', 'installed half-configured ', 0],
  ])('nothing is tried while %s', (_, said, code) => {
    expect(withDpkg(said, code)).toEqual({ state: 'absent' })
  })

  it('the files are tried in a namespace of their own', () => {
    expect(withDpkg('installed installed ', 0)).toEqual({ state: 'present', value: faultless })
  })
})
