import type { Joint, Probe } from '../core/probe.ts'

/** What one script asks: a probe, or several that are asked together. */
export interface Ask {
  readonly probes: readonly Probe<unknown>[]
  readonly script: string
  readonly deadlineMs: number
  readonly maxBytes: number
  /** The script's output as that of each probe; missing where there is one only. */
  readonly split?: (output: string) => ReturnType<Joint['split']>
}

/** How these probes are asked, in their order; those of one kind where the first of them stands. */
export function asksOf(probes: readonly Probe<unknown>[]): readonly Ask[] {
  const groups = new Map<unknown, Probe<unknown>[]>()
  for (const probe of probes) {
    const key = probe.joint?.how.kind ?? probe
    groups.set(key, [...(groups.get(key) ?? []), probe])
  }
  return [...groups.values()].map(askOf)
}

function askOf(probes: readonly Probe<unknown>[]): Ask {
  const deadlineMs = Math.max(...probes.map(probe => probe.deadlineMs))
  const maxBytes = probes.reduce((sum, probe) => sum + probe.maxBytes, 0)
  const [first] = probes
  const how = first?.joint?.how
  if (first === undefined || how === undefined || probes.length === 1)
    return { probes, script: first?.script ?? ':', deadlineMs, maxBytes }
  const about = probes.map(({ id, joint }) => joint?.about ?? id)
  return {
    probes,
    script: how.script(about),
    deadlineMs,
    maxBytes,
    split: output =>
      how.split(output, about).map((answer, at) => probes[at]?.joint?.part?.(answer) ?? answer),
  }
}
