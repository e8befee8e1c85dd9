import { expect, it } from 'vitest'
import { takeoverCommands } from '../../src/render/rehearsal.ts'
import { shown } from './tree.ts'
import { variants } from './variants.ts'

/** Of coreutils, grep and findutils, without which nothing at all runs. */
const alwaysThere = new Set('cat env find grep mkdir mv rm sh sha256sum sleep stat'.split(' '))

/** Ours, which are looked for by themselves. */
const ownPrograms = ['/etc/ha.d/resource.d/nfsha', '/usr/local/sbin/nfsha-rehearse']

/** The commands that a script runs under a limit; all that may hang are (scripts.test.ts). */
function commandsIn(script: string): readonly string[] {
  return [...script.matchAll(/\bwithin [0-9.]+ ([a-z/][\w./-]+)/g)].map(([, name = '']) => name)
}

it.each(Object.entries(variants))('what the scripts of %s run is looked for', (_, cluster) => {
  const scripts = [
    'etc/ha.d/resource.d/nfsha',
    ...(cluster.monitor.enabled ? ['usr/local/sbin/nfsha-monitor'] : []),
  ]
  const run = scripts.flatMap(script => commandsIn(shown(script, cluster)))
  const lookedFor = new Set([...takeoverCommands(cluster), ...alwaysThere, ...ownPrograms])
  expect([...new Set(run)].filter(name => !lookedFor.has(name))).toEqual([])
})
