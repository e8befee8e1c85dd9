import { type Fact, present } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quoteArgv } from '../core/quote.ts'
import { look } from './looks.ts'

/** A package, in dpkg's words. */
export interface PackageState {
  /** `db:Status-Status` of dpkg-query(1): `installed`, `config-files`, `half-configured`, …, `not-installed`. */
  readonly status: string
  /** For a package that is not installed: whether apt knows a version that it could install. */
  readonly hasCandidate?: boolean
}

export type PackagesFact = Readonly<Record<string, PackageState>>

export const installed: PackageState = Object.freeze({ status: 'installed' })

/** The states of some packages, by name. apt is asked only about those that are not installed. */
export function packages(names: readonly string[]): Probe<PackagesFact> {
  const words = quoteArgv(names)
  return {
    id: `packages:${names.join(',')}`,
    // Exit 1 of dpkg-query: it does not know one of the names; 2: it could not look.
    script: [
      `state=$(dpkg-query -W -f='\${Package} \${db:Status-Status}\\n' ${words} 2>/dev/null) || [ $? -eq 1 ] || {`,
      `  echo 'dpkg-query could not look'; exit 1`,
      '}',
      `printf '%s\\n' "$state"`,
      'missing=',
      `for name in ${words}; do`,
      // Line ends around both, so that only a whole line matches; without a process a name.
      '  case "\n$state\n" in *"\n$name installed\n"*) ;; *) missing="$missing $name" ;; esac',
      'done',
      'echo ---',
      '# shellcheck disable=SC2086',
      // A stale cache is not written anew: a probe writes nothing that stays.
      `[ -z "$missing" ] || apt-cache -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= policy $missing 2>&1`,
    ].join('\n'),
    parse: ({ stdout }) => parsePackages(names, stdout),
    deadlineMs: 60_000,
    // apt splits each signed index into a temporary file, and a probe's files are limited like its answer.
    maxBytes: 8 * 2 ** 20,
  }
}

/** Names of packages that dpkg left half done, sorted: what `dpkg --audit` lists; empty when all is well. */
export const dpkgTroubles: Probe<readonly string[]> = {
  id: 'dpkg-troubles',
  script: 'dpkg --audit',
  parse: ({ stdout }) => present(parseAudit(stdout)),
  deadlineMs: 60_000,
  maxBytes: 65_536,
}

/** Marks a policy-rc.d as ours, and where an administrator's own waits meanwhile. */
export const policyRcD = {
  path: '/usr/sbin/policy-rc.d',
  saved: '/usr/sbin/policy-rc.d.before-nfsha',
  mark: 'put here by nfsha while it installs packages',
} as const

/** Present when an installation that was cut off has left our policy-rc.d behind, which denies every start. */
export const policyLeftBehind: Probe<'left'> = {
  id: 'policy-left-behind',
  ...look(`[ -e ${policyRcD.saved} ] || { [ -e ${policyRcD.path} ] && grep -qs '${policyRcD.mark}' ${policyRcD.path}; } ||
  return ${exitAbsent}
echo left`),
  parse: () => present('left'),
  deadlineMs: 60_000,
  maxBytes: 4096,
}

function parsePackages(names: readonly string[], stdout: string): Fact<PackagesFact> {
  const [states = '', policies = ''] = stdout.split(/^---$/m)
  const status = new Map<string, string>()
  for (const line of states.split('\n')) {
    const [name = '', word = ''] = line.split(' ')
    // One architecture installed is enough.
    if (status.get(name) !== 'installed') status.set(name, word)
  }
  const candidates = parseCandidates(policies)
  const stateOf = (name: string): PackageState => {
    const word = status.get(name) ?? 'not-installed'
    return word === 'installed' ? installed : { status: word, hasCandidate: candidates.has(name) }
  }
  return present(Object.fromEntries(names.map(name => [name, stateOf(name)])))
}

/** Names with a candidate in the output of `apt-cache policy`. */
function parseCandidates(policies: string): ReadonlySet<string> {
  const names = new Set<string>()
  let current = ''
  for (const line of policies.split('\n')) {
    const heading = /^(\S+):$/.exec(line)
    if (heading?.[1] !== undefined) current = heading[1]
    const candidate = /^ {2}Candidate: (.+)$/.exec(line)
    if (candidate !== null && candidate[1] !== '(none)') names.add(current)
  }
  return names
}

/** Package lines of `dpkg --audit` are indented by one blank; the rest is explanation. */
function parseAudit(stdout: string): readonly string[] {
  const names = stdout.split('\n').flatMap(line => /^ (\S+)/.exec(line)?.[1] ?? [])
  return [...new Set(names)].sort()
}
