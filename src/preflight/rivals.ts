import { otherManagers, security } from '../facts/security.ts'
import { unit } from '../facts/unit.ts'
import { defineCheck, type Finding, fail, notKnown, ok, orOk, type Subject, warn } from './check.ts'

/** Only the resource group starts the NFS server; at boot it would serve without the volume. */
export const nfsAtBoot = defineCheck({
  id: 'nfs-at-boot',
  reads: ({ cluster: { platform } }: Subject) => ({
    server: unit(platform.units.nfsServer),
    heartbeat: unit(platform.units.heartbeat),
  }),
  look({ cluster }, { server, heartbeat }) {
    const name = cluster.platform.units.nfsServer
    if (server.state === 'unknown') return [notKnown(`the state of ${name}`, server)]
    if (server.state === 'absent') return [ok('the NFS server is not installed yet')]
    const findings: Finding[] = []
    if (server.value.enabled.startsWith('enabled'))
      findings.push(
        warn(`${name} starts at boot`, `deploy turns that off; or now: systemctl disable ${name}`),
      )
    const groupMayServe = heartbeat.state === 'present' && heartbeat.value.active === 'active'
    if (server.value.active === 'active' && !groupMayServe)
      findings.push(
        warn(
          `${name} runs, but heartbeat does not: it serves something else`,
          `move its exports into the inventory, then systemctl stop ${name}; takeovers restart it`,
        ),
      )
    return orOk(findings, `${name} is left to the resource group`)
  },
})

/** Two managers fight over addresses and disks. */
export const otherCluster = defineCheck({
  id: 'other-cluster',
  reads: () => ({ others: otherManagers }),
  look(_subject, { others }) {
    if (others.state !== 'present') return [notKnown('other cluster managers', others)]
    const findings = others.value.map(({ unit: name, isActive, isEnabled }): Finding => {
      const fix = `systemctl disable --now ${name}, and remove its package when it is not needed`
      if (isActive) return fail(`${name} runs here`, fix)
      return isEnabled ? fail(`${name} starts at boot`, fix) : warn(`${name} is installed, but off`, fix)
    })
    return orOk(findings, 'no other cluster manager is installed')
  },
})

/** SELinux and AppArmor in the way. */
export const confinement = defineCheck({
  id: 'security',
  reads: () => ({ security }),
  look(_subject, { security: fact }) {
    if (fact.state !== 'present') return [notKnown('SELinux and AppArmor', fact)]
    const { selinux, profiles } = fact.value
    const findings: Finding[] = []
    if (selinux === 'enforcing')
      findings.push(
        warn(
          'SELinux is enforcing: heartbeat has no policy of its own there',
          'set it to permissive (setenforce 0, /etc/selinux/config), or allow what audit.log denies',
        ),
      )
    if (profiles.length > 0)
      findings.push(
        warn(
          `AppArmor confines ${profiles.join(', ')}`,
          `put these profiles into complain mode (aa-complain) or allow the volume's paths in them`,
        ),
      )
    return orOk(findings, 'neither SELinux nor AppArmor confines the services')
  },
})
