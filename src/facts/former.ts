import type { Cluster } from '../core/cluster.ts'
import { present } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { unescapePath } from './export-options.ts'

/*
 * What an earlier inventory of this cluster had and the present one has not. The nodes tell: files that
 * we wrote are still there, with our header, until what they stand for has been given up.
 */

/** A volume that a node still has. */
export interface FormerVolume {
  readonly name: string
  readonly minor: number
  /** `Primary`, `Secondary`; `down` where DRBD does not run it. */
  readonly role: string
  readonly mountedAt: readonly string[]
}

/** Volumes that a DRBD file of ours names and the inventory does not. Absent without DRBD's directory. */
export function formerVolumes({ name, platform, volumes }: Cluster): Probe<readonly FormerVolume[]> {
  const present_ = volumes.map(volume => quote(volume.name)).join(' | ')
  return {
    id: `former-volumes:${name}:${volumes.map(volume => volume.name).join(',')}`,
    script: `cd ${quote(platform.paths.drbdDir)} 2>/dev/null || exit ${exitAbsent}
for file in *.res; do
  [ -f "$file" ] || continue
  name=\${file%.res}
  case $name in ${present_}) continue ;; esac
  grep -qF ${quote(`# Managed by nfsha: cluster ${name},`)} "$file" || continue
  minor=$(sed -nE 's/^[[:space:]]*device .*minor ([0-9]+);.*/\\1/p' "$file" | head -n 1)
  [ -n "$minor" ] || { echo "$file names no minor"; exit 1; }
  role=$(drbdadm role "$name" 2>/dev/null) || role=Unconfigured
  echo "volume $name $minor \${role%%/*}"
  awk -v device="/dev/drbd$minor" '
    { for (i = 7; $i != "-"; i++); if ($(i + 2) == device) print "mount " $5 }' /proc/self/mountinfo
done`,
    parse: ({ stdout }) => present(parseVolumes(stdout)),
    deadlineMs: 60_000,
    maxBytes: 32_768,
  }
}

function parseVolumes(stdout: string): readonly FormerVolume[] {
  const blocks = stdout.split(/^volume /m).slice(1)
  return blocks.map(block => {
    const [head = '', ...mounts] = block.trimEnd().split('\n')
    const [name = '', minor = '', role = ''] = head.split(' ')
    return {
      name,
      minor: Number(minor),
      role: role === 'Unconfigured' ? 'down' : role,
      mountedAt: mounts.map(line => unescapePath(line.replace(/^mount /, ''))),
    }
  })
}

/** An address of the group that a node still has, and who is connected to it. */
export interface FormerVip {
  /** With its prefix, as ip-address(8) takes it: `192.168.0.219/24`. */
  readonly address: string
  readonly nic: string
  /** Addresses with an NFS connection to it. */
  readonly clients: readonly string[]
}

/**
 * VIPs that this node has, that its group's script or haresources names, and that the inventory does
 * not: nobody would ever take them away once these files are written anew.
 */
export function formerVips({ vips, platform }: Cluster): Probe<readonly FormerVip[]> {
  const { haDir } = platform.paths
  return {
    id: `former-vips:${vips.map(({ address }) => address).join(',')}`,
    script: `named=$(grep -ohsE '(ip address replace [0-9.]+/|IPaddr2::[0-9.]+)' ${quote(`${haDir}/resource.d/nfsha`)} ${quote(`${haDir}/haresources`)})
seen=' '
IFS='
'
for one in $named; do
  unset IFS
  address=\${one%/} address=\${address##*[ :]}
  case "$seen" in *" $address "*) continue ;; esac
  seen="$seen$address "
  case $address in ${vips.map(({ address }) => address).join(' | ')}) continue ;; esac
  ip -o -4 address show | awk -v address="$address" '{ split($4, part, "/"); if (part[1] == address) print "vip", $4, $2 }'
  ss -Htn state established '( sport = :2049 )' src "$address" | awk '{ sub(/:[0-9]+$/, "", $4); print "client", $4 }' | sort -u
done`,
    parse: ({ stdout }) => present(parseVips(stdout)),
    deadlineMs: 60_000,
    maxBytes: 32_768,
  }
}

function parseVips(stdout: string): readonly FormerVip[] {
  return stdout
    .split(/^vip /m)
    .slice(1)
    .map(block => {
      const [head = '', ...lines] = block.trimEnd().split('\n')
      const [address = '', nic = ''] = head.split(' ')
      return { address, nic, clients: lines.map(line => line.replace(/^client /, '')) }
    })
}
