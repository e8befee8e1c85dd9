import { quote } from '../core/quote.ts'
import type { MachineSpec } from './spec.ts'

/** What a machine is told besides its spec. Key texts end with a newline. */
export interface GuestIdentity {
  /** OpenSSH private key format. */
  readonly hostKey: string
  readonly hostPublicKey: string
  /** The line for every user's authorized_keys. */
  readonly authorizedKey: string
  /** apt sources for `network: open`, else empty. */
  readonly aptSources: string
}

/** The guests' address on their management NIC; a network of each guest's own, so that any would do. */
export function managementAddress(machine: MachineSpec): string {
  return `10.0.2.${21 + machine.index}`
}

/** MAC of the management NIC; NicSpec's count from 1. */
export function managementMac(machine: MachineSpec): string {
  return `52:54:00:4e:${machine.index.toString(16).padStart(2, '0')}:00`
}

/**
 * The POSIX sh script that a machine runs at each boot before udev: it names itself and its NICs and
 * takes its keys. Runs as root with virtio_net loaded; idempotent, since guests are rebooted.
 */
export function guestSetup(machine: MachineSpec, identity: GuestIdentity, open: boolean): string {
  const management = {
    nic: 'mgmt',
    mac: managementMac(machine),
    mtu: 1500,
    addresses: [`${managementAddress(machine)}/24`],
  }
  const lines = [
    'set -eu',
    'umask 022',
    ...hostName(machine.name),
    'ip link set lo up',
    // By MAC, before udev looks: net.ifnames=0 makes it keep the name it finds.
    'rename() { for at in /sys/class/net/*; do [ "$(cat "$at/address")" != "$1" ] || ip link set "$(basename "$at")" name "$2"; done; }',
    ...[management, ...machine.nics].flatMap(({ nic, mac, mtu, addresses }) => [
      `rename ${mac} ${quote(nic)}`,
      `ip link set ${quote(nic)} mtu ${mtu} up`,
      ...addresses.map(address => `ip address replace ${address} dev ${quote(nic)}`),
    ]),
    ...(open ? openNetwork(identity.aptSources) : []),
    ...keys(identity),
  ]
  return `${lines.join('\n')}\n`
}

function hostName(name: string): readonly string[] {
  return [`printf '%s\\n' ${quote(name)} > /etc/hostname`, `hostname ${quote(name)}`]
}

/** 10.0.2.2 and .3 are QEMU's user-mode router and name server. */
function openNetwork(aptSources: string): readonly string[] {
  return [
    'ip route replace default via 10.0.2.2 dev mgmt',
    "printf 'nameserver 10.0.2.3\\n' > /etc/resolv.conf",
    `printf '%s' ${quote(aptSources)} > /etc/apt/sources.list.d/nfsha-lab-open.sources`,
  ]
}

function keys(identity: GuestIdentity): readonly string[] {
  return [
    `printf '%s' ${quote(identity.hostPublicKey)} > /etc/ssh/ssh_host_ed25519_key.pub`,
    `( umask 077 && printf '%s' ${quote(identity.hostKey)} > /etc/ssh/ssh_host_ed25519_key )`,
    'for home in /root /home/admin /home/operator; do',
    '  mkdir -p "$home/.ssh"',
    '  chmod 0700 "$home/.ssh"',
    `  printf '%s' ${quote(identity.authorizedKey)} > "$home/.ssh/authorized_keys"`,
    '  chown -R "$(stat -c %u:%g "$home")" "$home/.ssh"',
    'done',
  ]
}
