import { kernelModule } from '../facts/module.ts'
import { packages } from '../facts/package.ts'
import { unattendedUpgrades } from '../facts/security.ts'
import { defineCheck, type Finding, fail, notKnown, ok, orOk, type Subject, warn } from './check.ts'

/** Modules of the running kernel, DRBD's in the dialect that the platform's tools speak. */
export const modules = defineCheck({
  id: 'module',
  reads: () => ({ drbd: kernelModule('drbd'), nfsd: kernelModule('nfsd') }),
  look({ cluster }, facts) {
    return Object.entries(facts).map(([name, fact]): Finding => {
      if (fact.state === 'unknown') return notKnown(`whether the kernel has ${name}`, fact)
      if (fact.state === 'absent')
        return fail(
          `the running kernel has no module ${name}`,
          'install the full kernel (Debian: linux-image-amd64) and reboot into it',
        )
      const { version = '', loaded } = fact.value
      const { drbdDialect, id } = cluster.platform
      if (name === 'drbd' && !version.startsWith(`${drbdDialect}.`))
        return fail(
          `the DRBD module is version ${version || 'unknown'}, but ${id} is configured for ${drbdDialect}`,
          `use the kernel's own DRBD ${drbdDialect}, or another platform`,
        )
      return ok(`${name}${version === '' ? '' : ` ${version}`} is ${loaded ? 'loaded' : 'available'}`)
    })
  },
})

export const packagesAvailable = defineCheck({
  id: 'packages',
  reads: ({ cluster }: Subject) => ({ packages: packages(cluster.packages) }),
  look({ cluster }, { packages: fact }) {
    if (fact.state !== 'present') return [notKnown('the packages', fact)]
    const missing = cluster.packages.filter(name => fact.value[name]?.status !== 'installed')
    const withoutCandidate = missing.filter(name => fact.value[name]?.hasCandidate !== true)
    if (withoutCandidate.length > 0)
      return [
        warn(
          `apt knows no version of ${withoutCandidate.join(' ')}`,
          'deploy runs apt-get update first; if it still fails, add the missing component or mirror to /etc/apt/sources.list',
        ),
      ]
    return [ok(missing.length === 0 ? 'all are installed' : `apt can install ${missing.join(' ')}`)]
  },
})

/** An upgrade of a running service restarts it: on the active node clients would notice. */
export const upgrades = defineCheck({
  id: 'upgrades',
  reads: () => ({ upgrades: unattendedUpgrades }),
  look({ cluster }, { upgrades: fact }) {
    if (fact.state === 'unknown') return [notKnown('the settings of unattended-upgrades', fact)]
    if (fact.state === 'absent') return [ok('unattended-upgrades is not installed')]
    if (!fact.value.isOn) return [ok('unattended upgrades are off')]
    const { heartbeat, drbd, nfs } = cluster.platform.packages
    const exposed = [...heartbeat, ...drbd, ...nfs].filter(
      name => !fact.value.blacklist.some(pattern => matchesAtStart(pattern, name)),
    )
    const findings =
      exposed.length === 0
        ? []
        : [
            warn(
              `unattended upgrades may restart services of the cluster at any time: ${exposed.join(' ')}`,
              `keep them out: in /etc/apt/apt.conf.d/52nfsha write Unattended-Upgrade::Package-Blacklist { ${exposed.map(name => `"${name}$";`).join(' ')} };`,
            ),
          ]
    return orOk(findings, "unattended upgrades leave the cluster's packages alone")
  },
})

/** As Python's re.match, which unattended-upgrades uses; a pattern that is none matches nothing. */
function matchesAtStart(pattern: string, name: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})`).test(name)
  } catch {
    return false
  }
}
