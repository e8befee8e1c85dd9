import { describe, expect, it } from 'vitest'
import { present } from '../../src/core/fact.ts'
import { look, looksTogether } from '../../src/facts/looks.ts'
import { kernelModule } from '../../src/facts/module.ts'
import { mountOf, mountsOf } from '../../src/facts/mount.ts'
import { os } from '../../src/facts/os.ts'
import { policyLeftBehind } from '../../src/facts/package.ts'
import { startFailure } from '../../src/facts/start-failed.ts'
import { together } from './run-probe.ts'

const probe = (id: string, body: string) => ({
  ...look(body),
  id,
  parse: ({ stdout }: { readonly stdout: string }) => present(stdout),
  deadlineMs: 20_000,
  maxBytes: 100,
})

describe('questions that one shell answers', () => {
  it.each(['dash', 'bash'])('have the answers that each has alone, through %s', async shell => {
    const { joint, alone } = await together(
      [
        os,
        mountOf('/proc'),
        mountOf('/nowhere'),
        mountsOf('proc'),
        kernelModule('no_such_module'),
        policyLeftBehind,
        startFailure,
        probe('text', "printf 'größe'"),
        probe('silent', ':'),
        probe('absent', 'return 3'),
        probe('why', 'echo why; return 1'),
        probe('long', "printf '%101s' x"),
      ],
      shell,
    )
    expect(joint).toEqual(alone)
    expect(joint).toMatchObject({
      [os.id]: { state: 'present' },
      text: present('größe'),
      absent: { state: 'absent' },
      why: { state: 'unknown', reason: 'why' },
    })
  })

  it('are not known where they cannot be told apart', () => {
    expect(() => looksTogether.split('a\x1e0\x1e', [':', ':'])).toThrow('cannot be told apart')
    expect(() => looksTogether.split('\x1ea\x1e0\x1e', [':'])).toThrow('cannot be told apart')
  })
})
