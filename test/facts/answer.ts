import type { Fact } from '../../src/core/fact.ts'
import type { Probe } from '../../src/core/probe.ts'

/** What a probe makes of an answer that came with exit code 0. */
export function answer<T>(probe: Probe<T>, stdout: string): Fact<T> {
  return probe.parse({ stdout, exitCode: 0 })
}
