import { absent, type Fact, present } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quoteArgv } from '../core/quote.ts'
import { linesOf, look } from './looks.ts'

/** Mandatory access control that may forbid what the cluster's programs do. */
export interface SecurityFact {
  readonly selinux: 'off' | 'permissive' | 'enforcing'
  /** AppArmor profiles in enforce mode that confine programs of the cluster. */
  readonly profiles: readonly string[]
}

/** Programs whose confinement matters, as part of an AppArmor profile's name. */
const confined = /heartbeat|drbd|rpc\.(?:nfsd|mountd|statd)|nfsdcld|exportfs/

/** SELinux by its file system, AppArmor by the kernel's list of profiles (apparmor(7)). */
export const security: Probe<SecurityFact> = {
  id: 'security',
  ...look(`enforce=
{ read -r enforce </sys/fs/selinux/enforce; } 2>/dev/null
printf '%s\\n' "$enforce"
{ ${linesOf('/sys/kernel/security/apparmor/profiles')}; } 2>/dev/null || :`),
  parse: ({ stdout }) => {
    const [enforce = '', ...profiles] = stdout.split('\n').filter((line, at) => at === 0 || line !== '')
    return present({
      selinux: enforce === '1' ? 'enforcing' : enforce === '0' ? 'permissive' : 'off',
      profiles: profiles
        .filter(line => line.endsWith('(enforce)'))
        .map(line => line.replace(/ \(enforce\)$/, ''))
        .filter(name => confined.test(name))
        .sort(),
    })
  },
  deadlineMs: 60_000,
  maxBytes: 65_536,
}

/** How unattended-upgrades is set. */
export interface UpgradesFact {
  readonly isOn: boolean
  /** Regular expressions of packages that it leaves alone, matched at a name's beginning. */
  readonly blacklist: readonly string[]
}

/** Absent when unattended-upgrades is not installed. */
export const unattendedUpgrades: Probe<UpgradesFact> = {
  id: 'unattended-upgrades',
  ...look(`[ -e /usr/bin/unattended-upgrade ] || return ${exitAbsent}\napt-config dump`),
  parse: ({ stdout }) => {
    const values = (name: string) =>
      stdout.split('\n').flatMap(line => {
        const [key = '', value = ''] = line.replace(/;$/, '').split(' ')
        return key.replace(/::$/, '') === name && value !== '""' ? [value.replaceAll('"', '')] : []
      })
    const period = values('APT::Periodic::Unattended-Upgrade').at(-1) ?? '0'
    return present({
      isOn: period !== '0',
      blacklist: values('Unattended-Upgrade::Package-Blacklist'),
    })
  },
  deadlineMs: 60_000,
  maxBytes: 262_144,
}

/** Units of other cluster managers and file servers that would fight over addresses, disks or port 2049. */
const rivals = ['pacemaker', 'corosync', 'pcsd', 'keepalived', 'ctdb', 'glusterd', 'nfs-ganesha', 'ucarp']

/** A rival's unit that is there. */
export interface Rival {
  readonly unit: string
  readonly isActive: boolean
  readonly isEnabled: boolean
}

/** Other cluster managers that are installed on the node. */
export const otherManagers: Probe<readonly Rival[]> = {
  id: 'other-managers',
  ...look(`found=
for name in ${quoteArgv(rivals.map(name => `${name}.service`))}; do
  if [ -e "/lib/systemd/system/$name" ] || [ -e "/etc/systemd/system/$name" ]; then
    found="$found $name"
  fi
done
# shellcheck disable=SC2086
[ -z "$found" ] || systemctl show --no-pager -p Id,LoadState,ActiveState,UnitFileState -- $found`),
  parse: ({ stdout }) =>
    present(
      stdout.split('\n\n').flatMap(block => {
        const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(block)?.[1] ?? ''
        if (value('LoadState') !== 'loaded') return []
        return [
          {
            unit: value('Id'),
            isActive: value('ActiveState') === 'active',
            isEnabled: value('UnitFileState') === 'enabled',
          },
        ]
      }),
    ),
  deadlineMs: 60_000,
  maxBytes: 16_384,
}

/**
 * What heartbeat calls this node by besides its name (hb_uuid, 16 bytes, in hex). Machines that were
 * cloned after heartbeat had run share it, and then drop each other's packets. Absent before it ran.
 */
export const heartbeatUuid: Probe<string> = {
  id: 'heartbeat-uuid',
  script: ['f=/var/lib/heartbeat/hb_uuid', `[ -e "$f" ] || exit ${exitAbsent}`, 'od -An -v -tx1 "$f"'].join(
    '\n',
  ),
  parse: ({ stdout }): Fact<string> => {
    const uuid = stdout.replaceAll(/\s/g, '')
    return uuid === '' ? absent() : present(uuid)
  },
  deadlineMs: 60_000,
  maxBytes: 4096,
}
