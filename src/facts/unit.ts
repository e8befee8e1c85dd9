import { absent, type Fact, present, unknown } from '../core/fact.ts'
import type { Joint, Probe } from '../core/probe.ts'
import { quoteArgv } from '../core/quote.ts'
import { frozenWaits } from '../core/systemd.ts'

/** A systemd unit, in systemd's words (systemctl(1), org.freedesktop.systemd1(5)). */
export interface UnitFact {
  /** LoadState: `loaded`, `masked`, `bad-setting`, … */
  readonly load: string
  /** UnitFileState: `enabled`, `masked`, …; `disabled` also for `static`, which nothing starts at boot either; empty without a file. */
  readonly enabled: string
  /** ActiveState: `active`, `inactive`, `failed`, `activating`, `deactivating`, … */
  readonly active: string
  /** Its file or a drop-in changed on disk since systemd read it. */
  readonly needsReload: boolean
  /** Paths of the drop-ins that systemd has loaded, sorted; without those of generators, which come and go with mounts and exports. */
  readonly dropIns: readonly string[]
}

/** One that runs, now and after a boot, from the files as they are. */
export const unitRunning: UnitFact = Object.freeze({
  load: 'loaded',
  enabled: 'enabled',
  active: 'active',
  needsReload: false,
  dropIns: [],
})

const properties = ['LoadState', 'UnitFileState', 'ActiveState', 'NeedDaemonReload', 'DropInPaths']

/** A unit as the running systemd sees it; absent when systemd knows of none by that name. */
export function unit(name: string): Probe<UnitFact> {
  return {
    id: `unit:${name}`,
    script: show([name]),
    parse: ({ stdout }) => parseUnit(stdout),
    deadlineMs: 60_000,
    maxBytes: 16_384,
    joint: { how: unitsTogether, about: name },
  }
}

/** Shell that ends a probe at once where systemd would not answer. */
const unlessFrozen = `seen=
{ read -r seen </proc/1/wchan; } 2>/dev/null
case $seen in ${frozenWaits}) echo 'systemd stands still, after a crash of its own: only a reset helps this node'; exit 1 ;; esac`

function show(names: readonly string[]): string {
  return `${unlessFrozen}
systemctl show --no-pager -p ${properties.join(',')} -- ${quoteArgv(names)} 2>&1`
}

/** systemctl(1) tells of several units one after the other, an empty line between. */
const unitsTogether: Joint = Object.freeze<Joint>({
  kind: 'units',
  script: show,
  split(output, names) {
    const blocks = output.trimEnd().split('\n\n')
    if (blocks.length !== names.length) throw new Error('systemctl did not tell of each unit')
    return blocks.map(block => ({ stdout: `${block}\n`, exitCode: 0 }))
  },
})

/** The state of a unit that a package has just brought, with starts denied during its installation. */
export function unitFromPackage(enabled: boolean): Fact<UnitFact> {
  return present({
    load: 'loaded',
    enabled: enabled ? 'enabled' : 'disabled',
    active: 'inactive',
    needsReload: false,
    dropIns: [],
  })
}

function parseUnit(stdout: string): Fact<UnitFact> {
  const values = new Map(
    stdout.split('\n').flatMap(line => {
      const equals = line.indexOf('=')
      return equals < 0 ? [] : [[line.slice(0, equals), line.slice(equals + 1)] as const]
    }),
  )
  const load = values.get('LoadState')
  if (load === undefined) return unknown(stdout.trim().split('\n').at(-1) ?? 'no answer')
  if (load === 'not-found') return absent()
  return present({
    load,
    enabled: (values.get('UnitFileState') ?? '').replace(/^static$/, 'disabled'),
    active: values.get('ActiveState') ?? '',
    needsReload: values.get('NeedDaemonReload') === 'yes',
    dropIns: (values.get('DropInPaths') ?? '')
      .split(' ')
      .filter(path => path !== '' && !path.startsWith('/run/systemd/generator'))
      .sort(),
  })
}
