import type { Action } from '../core/action.ts'
import { type ClientGiven, defineClientStep } from '../core/client-step.ts'
import { type Change, type Diff, type Expectation, expects, inSync } from '../core/diff.ts'
import { absent, type Fact, present } from '../core/fact.ts'
import type { NodeFile } from '../core/step.ts'
import type { FileFact } from '../facts/file.ts'
import { type UnitFact, unit, unitRunning } from '../facts/unit.ts'
import { clientFile } from './_client-file.ts'
import { daemonReload, run, systemctl } from './_command.ts'
import { diffFile, ownedFile } from './_file-diff.ts'

const timer = 'nfsha-mountwatch.timer'
const service = 'nfsha-mountwatch.service'
const paths = {
  script: '/usr/local/sbin/nfsha-mountwatch',
  service: `/etc/systemd/system/${service}`,
  timer: `/etc/systemd/system/${timer}`,
} as const

/** The watchdog of the mounts: a script and the timer that runs it. */
export default defineClientStep({
  id: 'client-mountwatch',
  title: 'Watch the mounts',
  reads: ({ cluster }: ClientGiven<undefined>) => ({
    timer: unit(timer),
    script: ownedFile(cluster, paths.script),
    service: ownedFile(cluster, paths.service),
    timerFile: ownedFile(cluster, paths.timer),
  }),
  diff(given, { facts }): Diff {
    const { host, params } = given
    const isWanted = !params.remove && host.watch !== undefined && host.mounts.length > 0
    const found = {
      [paths.script]: facts.script,
      [paths.service]: facts.service,
      [paths.timer]: facts.timerFile,
    }
    return isWanted ? watching(given, found, facts.timer) : unwatched(given, found, facts.timer)
  },
})

/** Exit code 1: systemd has nothing to forget (systemctl(1), reset-failed). */
const forgetFailure: Action = { ...systemctl('reset-failed', service), okCodes: [0, 1] }

/** A look at once: one that began while the mounts were being changed tells of nothing that is so now. 1: it found something amiss. */
const lookNow: Action = { ...systemctl('start', service), okCodes: [0, 1] }

type Files = Readonly<Record<string, Fact<FileFact>>>

function filesOf(given: ClientGiven<undefined>): readonly NodeFile[] {
  return [
    clientFile(given, paths.script, { mode: '0755' }),
    clientFile(given, paths.service),
    clientFile(given, paths.timer),
  ]
}

function watching(given: ClientGiven<undefined>, found: Files, state: Fact<UnitFact>): Diff {
  const actions: Action[] = []
  const expected: Expectation[] = []
  const display: NonNullable<Change['display']>[number][] = []
  const verbs: string[] = []
  for (const wanted of filesOf(given)) {
    const mend = diffFile(given.cluster, wanted, found[wanted.path] ?? absent())
    if (mend === undefined) continue
    if (mend.kind === 'refusal') return mend
    actions.push(...mend.actions)
    expected.push(mend.expect)
    display.push(mend.display)
    verbs.push(`${mend.verb} ${mend.path}`)
  }
  const isRunning =
    state.state === 'present' &&
    state.value.enabled === 'enabled' &&
    state.value.active === 'active' &&
    !state.value.needsReload
  if (verbs.length === 0 && isRunning) return inSync
  return {
    kind: 'change',
    symbol: state.state === 'present' ? '~' : '+',
    summary: [...verbs, `run ${timer}`].join('; '),
    risk: 'safe',
    actions: [...actions, daemonReload(), systemctl('enable', timer), systemctl('restart', timer), lookNow],
    expect: { self: [...expected, expects(unit(timer), present(unitRunning))] },
    display,
  }
}

function unwatched({ cluster }: ClientGiven<undefined>, found: Files, state: Fact<UnitFact>): Diff {
  const there = Object.entries(found).flatMap(([path, fact]) => (fact.state === 'absent' ? [] : [path]))
  if (there.length === 0 && state.state === 'absent') return inSync
  return {
    kind: 'change',
    symbol: '-',
    summary: 'stop watching the mounts',
    risk: 'safe',
    actions: [
      ...(state.state === 'absent' ? [] : [systemctl('disable', '--now', timer)]),
      // A look that is under way would mount again what is unmounted next; one that failed stays in systemd's list.
      ...(state.state === 'absent' ? [] : [systemctl('stop', service), forgetFailure]),
      ...(there.length === 0 ? [] : [run(['rm', '-f', ...there])]),
      run(['rm', '-rf', '/run/nfsha-mountwatch']),
      daemonReload(),
    ],
    expect: {
      self: [
        ...there.map(path => expects(ownedFile(cluster, path), absent())),
        expects(unit(timer), absent()),
      ],
    },
  }
}
