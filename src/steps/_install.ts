import type { ScriptAction } from '../core/action.ts'
import type { Cluster } from '../core/cluster.ts'
import { type Expectation, expects } from '../core/diff.ts'
import { absent, type Fact, present } from '../core/fact.ts'
import type { Platform } from '../core/platform.ts'
import type { Probe } from '../core/probe.ts'
import { quote, quoteArgv } from '../core/quote.ts'
import { drbdTarget } from '../core/spelling.ts'
import type { FileFact } from '../facts/file.ts'
import {
  dpkgTroubles,
  installed,
  type PackagesFact,
  packages,
  policyLeftBehind,
  policyRcD,
} from '../facts/package.ts'
import { unit, unitFromPackage } from '../facts/unit.ts'
import { ownedFile } from './_file-diff.ts'

/** Rotates logs, where systemd does that. */
export const logrotateTimer = 'logrotate.timer'

/** Packages of the time daemon; none when an administrator manages time. */
export function timePackages({ platform, timeSync }: Cluster): readonly string[] {
  if (timeSync.kind === 'unmanaged') return []
  return timeSync.kind === 'chrony' ? platform.packages.time : ['systemd-timesyncd']
}

/** All packages that the cluster wants, asked for in one probe so that predictions of several steps meet. */
export function wantedPackages(cluster: Cluster): Probe<PackagesFact> {
  return packages([...new Set([...cluster.packages, ...timePackages(cluster)])].sort())
}

/** Names among `wanted` that are not installed. */
export function missingOf(found: PackagesFact, wanted: readonly string[]): readonly string[] {
  return wanted.filter(name => found[name]?.status !== 'installed')
}

export interface Installation {
  readonly names: readonly string[]
  /** dpkg has left packages half done: finish these first. */
  readonly repair: boolean
  /** apt knows no version of some of them: read the lists first. */
  readonly update: boolean
}

/**
 * Installs packages with every start of a service denied (policy-rc.d, invoke-rc.d(8)): a package's
 * own start of nfs-server or heartbeat would serve, or form a cluster, before it is configured. An
 * administrator's policy-rc.d steps aside meanwhile and comes back, also after a signal; what a power
 * cut leaves is recognised by `policyLeftBehind`. Administrators' conffiles are kept.
 */
export function installation({ names, repair, update }: Installation): ScriptAction {
  const install = `apt --no-install-recommends --no-upgrade install ${quoteArgv(names)}`
  const steps = [
    ...(repair ? ['dpkg --force-confold --configure -a', 'apt --fix-broken install'] : []),
    ...(update ? ['apt update'] : []),
    // Lists that are too old name files that are no longer there.
    ...(names.length === 0 ? [] : update ? [install] : [`if ! ${install}; then apt update; ${install}; fi`]),
  ]
  return {
    kind: 'script',
    title: names.length === 0 ? 'finish what dpkg left half done' : `install ${names.join(' ')}`,
    script: [...prelude, ...steps, 'unset SYSTEMD_OFFLINE', 'systemctl daemon-reload'].join('\n'),
    timeoutMs: 45 * 60_000,
  }
}

/** Brings packages that are installed up to date, and then does `then`; for the rest as `installation`. */
export function upgradeOf(names: readonly string[], then: readonly string[]): ScriptAction {
  return {
    kind: 'script',
    title: `upgrade ${names.join(' ')}`,
    script: [
      ...prelude,
      'apt update',
      `apt --no-install-recommends --only-upgrade install ${quoteArgv(names)}`,
      'unset SYSTEMD_OFFLINE',
      'systemctl daemon-reload',
      ...then,
    ].join('\n'),
    timeoutMs: 45 * 60_000,
  }
}

/** Removes packages with their configuration and the state that they keep below /var; for the rest as `installation`. */
export function removal(names: readonly string[]): ScriptAction {
  return {
    kind: 'script',
    title: `purge ${names.join(' ')}`,
    script: [
      ...prelude,
      `apt purge ${quoteArgv(names)}`,
      'unset SYSTEMD_OFFLINE',
      'systemctl daemon-reload',
    ].join('\n'),
    timeoutMs: 15 * 60_000,
  }
}

const prelude: readonly string[] = [
  'set -eu',
  `policy=${policyRcD.path}`,
  `saved=${policyRcD.saved}`,
  `is_ours() { grep -qs ${quote(policyRcD.mark)} "$policy"; }`,
  'restore() {',
  '  if [ -e "$saved" ]; then mv -f "$saved" "$policy"',
  '  elif is_ours; then rm -f "$policy"; fi',
  '}',
  'trap restore EXIT',
  `trap 'exit 130' INT`,
  `trap 'exit 143' HUP TERM`,
  'if [ -e "$policy" ] && ! is_ours; then mv "$policy" "$saved"; fi',
  `printf '#!/bin/sh\\n# ${policyRcD.mark}\\nexit 101\\n' >"$policy"`,
  'chmod 755 "$policy"',
  'export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1',
  // Each maintainer script would have systemd load all units again; once at the end is enough.
  'export SYSTEMD_OFFLINE=1',
  // Pattern-Only: a name that apt does not know is no regular expression for others.
  'apt() { apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold -o APT::Cmd::Pattern-Only=true -o APT::Color=0 "$@"; }',
]

/** Takes away the policy that a cut-off installation left, and brings the administrator's own back. */
export const restorePolicy: ScriptAction = {
  kind: 'script',
  title: 'let packages start services again',
  script: [
    `if [ -e ${policyRcD.saved} ]; then mv -f ${policyRcD.saved} ${policyRcD.path}`,
    `else rm -f ${policyRcD.path}; fi`,
  ].join('\n'),
  timeoutMs: 10_000,
}

/** What will be found after `names` were installed, `found` and `files` being what was there before. */
export function afterInstallation(
  cluster: Cluster,
  names: readonly string[],
  found: PackagesFact,
  files: Readonly<Record<string, Fact<FileFact> | undefined>>,
): readonly Expectation[] {
  const { provides } = cluster.platform
  const states = { ...found, ...Object.fromEntries(names.map(name => [name, installed])) }
  const brought = names.flatMap(name => provides[name] ?? [])
  const units = (of: 'unitsEnabled' | 'unitsDisabled') =>
    brought.flatMap(provided => provided[of]).filter(name => unitsThatStepsRead(cluster).has(name))
  const pristine = present<FileFact>({ kind: 'file', mode: '0644', owner: 'root:root', version: 'pristine' })
  return [
    expects(wantedPackages(cluster), present(states)),
    expects(dpkgTroubles, present([])),
    expects(policyLeftBehind, absent()),
    ...units('unitsEnabled').map(name => expects(unit(name), unitFromPackage(true))),
    ...units('unitsDisabled').map(name => expects(unit(name), unitFromPackage(false))),
    ...drbdTargets(cluster, names).map(name => expects(unit(name), unitFromPackage(false))),
    // dpkg keeps a conffile that was there before.
    ...brought
      .flatMap(provided => provided.files)
      .filter(path => files[path]?.state === 'absent')
      .map(path => expects(ownedFile(cluster, path), pristine)),
  ]
}

/** A prediction is read again to be verified: those that no diff looks at would cost a question each. */
function unitsThatStepsRead({ platform }: Cluster): ReadonlySet<string> {
  return new Set([...Object.values(platform.units), logrotateTimer])
}

/** Conffiles of these packages that nfsha owns too: they are read to know whether dpkg will keep them. */
export function conffilesOf(platform: Platform, names: readonly string[]): readonly string[] {
  return names.flatMap(name => platform.provides[name]?.files ?? [])
}

/** Instances of the drbd@.target that drbd-utils brings: one a resource. */
function drbdTargets({ platform, volumes }: Cluster, names: readonly string[]): readonly string[] {
  if (!platform.packages.drbd.some(name => names.includes(name))) return []
  return volumes.map(({ name }) => drbdTarget(name))
}
