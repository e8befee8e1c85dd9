import { spawnSync } from 'node:child_process'
import { type Fact, unknown } from '../../src/core/fact.ts'
import { exitAbsent, type Probe } from '../../src/core/probe.ts'

/** Asks this machine a probe's question, by the agreement on exit codes that core/probe.ts states. */
export function runProbe<T>(probe: Probe<T>, shell = 'sh', path = process.env.PATH): Fact<T> {
  const { stdout, status } = spawnSync(shell, ['-s'], {
    input: `(\n${probe.script}\n) </dev/null`,
    env: { PATH: path, LC_ALL: 'C' },
    encoding: 'utf8',
  })
  if (status === exitAbsent) return { state: 'absent' }
  if (status !== 0) return unknown(stdout.trimEnd().split('\n').at(-1) ?? '')
  return probe.parse({ stdout, exitCode: 0 })
}
