import { faultFamilies, faults } from '../drill/faults/registry.ts'
import type { Screen } from './cli.ts'

/** `nfsha drill --list`: what there is to break. */
export function listFaults(screen: Screen): void {
  const list = [...faults, ...faultFamilies].map(({ name, where, outcome, summary }) => ({
    name,
    where,
    outcome,
    summary,
  }))
  if (screen.format === 'json') screen.printJson(list)
  else {
    const width = Math.max(...list.map(({ name }) => name.length))
    for (const { name, where, summary } of list)
      screen.print(`${name.padEnd(width)} ${where === 'lab' ? 'lab only' : '        '}  ${summary}`)
  }
}
