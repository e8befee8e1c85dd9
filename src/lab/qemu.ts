import { fencePort } from './fence-plugin.ts'
import { managementAddress, managementMac } from './guest-setup.ts'
import { setupItem } from './image-files.ts'
import type { LabSpec, MachineSpec, NicSpec, WireSpec } from './spec.ts'

export const qemuBinary = 'qemu-system-x86_64'

/** What the guests' processor is; `tcg` runs anywhere. */
export type Accel = 'kvm' | 'tcg'

/** Paths that a machine's process is given; all absolute. */
export interface MachineFiles {
  readonly kernel: string
  readonly initrd: string
  /** qcow2: the system, then the data disks. */
  readonly disks: readonly string[]
  readonly setup: string
  readonly consoleLog: string
  /** Directory of the sockets; short, since a UNIX socket's path ends at 107 bytes. */
  readonly run: string
}

/** 16 hex digits that tell this lab's processes from another's. */
export type LabId = string

/** The `-name` of a process of ours: how `up` finds what a crashed run left. */
export function processName(lab: LabId, name: string): string {
  return `nfsha-lab:${lab}:${name}`
}

/** Socket names. Machines go by their index, links by their place in the spec's wires. */
export const sockets = {
  qmp: (run: string, index: number) => `${run}/${index}.qmp`,
  console: (run: string, index: number) => `${run}/${index}.console`,
  fence: (run: string, index: number) => `${run}/${index}.fence`,
  serial: (run: string) => `${run}/serial`,
  end: (run: string, index: number, wire: number) => `${run}/${index}.link${wire}`,
  port: (run: string, index: number, wire: number) => `${run}/switch${wire}.port${index}`,
  switchQmp: (run: string, wire: number) => `${run}/switch${wire}.qmp`,
}

/** The netdev of a link in a machine, for QMP set_link. */
export function netdevOf(spec: LabSpec, link: string): string {
  return `link${spec.wires.findIndex(wire => wire.link === link)}`
}

/**
 * MiB of translated code that QEMU keeps a machine. A full cache is thrown away whole, 85 times in an
 * hour of tests with 256 MiB, twice in an installation with 1024 (seen with `info jit`).
 */
export const translationCacheMiB = { node: 1024, client: 256 } as const

/**
 * Emulated: a processor without AVX, whose emulation is slower than doing without, and without
 * five-level page tables, as `max` has them; crc32c has an instruction, sha1 and the rest do not.
 */
export function processorArgv(accel: Accel, role: MachineSpec['role']): readonly string[] {
  if (accel === 'kvm') return ['-accel', 'kvm', '-cpu', 'host']
  const cpu = 'qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand'
  return ['-accel', `tcg,thread=multi,tb-size=${translationCacheMiB[role]}`, '-cpu', cpu]
}

/** Frozen devices: what a snapshot holds must fit the process that loads it, so keep the order. */
export function machineArgv(
  lab: LabId,
  spec: LabSpec,
  machine: MachineSpec,
  accel: Accel,
  files: MachineFiles,
): readonly string[] {
  const { run } = files
  return [
    qemuBinary,
    ...['-name', processName(lab, machine.name)],
    ...['-machine', 'pc', '-nodefaults', '-no-user-config', '-display', 'none'],
    ...processorArgv(accel, machine.role),
    ...['-m', `${machine.memoryMiB}`, '-smp', '1'],
    ...['-kernel', files.kernel, '-initrd', files.initrd, '-append', kernelLine(lab, machine)],
    ...['-fw_cfg', `name=${setupItem},file=${files.setup}`],
    ...files.disks.flatMap((path, at) => disk(path, at)),
    ...management(spec, machine),
    ...machine.nics.flatMap(nic => linkNic(spec, machine, nic, run)),
    ...[
      '-chardev',
      `socket,id=console,path=${sockets.console(run, machine.index)},server=on,wait=off,logfile=${files.consoleLog},logappend=on`,
    ],
    ...['-serial', 'chardev:console'],
    ...(machine.role === 'node' ? nodeOnly(machine, run) : []),
    ...['-qmp', `unix:${sockets.qmp(run, machine.index)},server=on,wait=off`],
  ]
}

/** What a guest that nobody attacks can do without: less work for each page and system call that is emulated. */
const unhardened = 'mitigations=off nokaslr norandmaps init_on_alloc=0 hardened_usercopy=off audit=0'

function kernelLine(lab: LabId, machine: MachineSpec): string {
  return [
    'root=/dev/vda rw quiet console=ttyS0 net.ifnames=0',
    unhardened,
    `systemd.hostname=${machine.name}`,
    `systemd.machine_id=${lab}${machine.index.toString(16).padStart(16, '0')}`,
  ].join(' ')
}

/**
 * `cache=unsafe` spares the host's disk, not the guest: at the guest's flush QEMU still hands its
 * metadata to the host's kernel (block/io.c, bdrv_co_flush), so killing the process loses what the
 * guest had not flushed and nothing else, as a power cut does.
 */
function disk(path: string, at: number): readonly string[] {
  const serial = at === 0 ? 'nfsha-system' : `nfsha-data${at}`
  return [
    ...['-drive', `file=${comma(path)},if=none,id=disk${at},format=qcow2,cache=unsafe,discard=unmap`],
    ...['-device', `virtio-blk-pci,drive=disk${at},serial=${serial}`],
  ]
}

/** In a QEMU option a comma is written twice. */
function comma(path: string): string {
  return path.replaceAll(',', ',,')
}

function management(spec: LabSpec, machine: MachineSpec): readonly string[] {
  const restrict = spec.network === 'isolated' ? 'on' : 'off'
  const forward = `hostfwd=tcp:127.0.0.1:${machine.sshPort}-${managementAddress(machine)}:22`
  return [
    ...['-netdev', `user,id=mgmt,restrict=${restrict},ipv6=off,net=10.0.2.0/24,${forward}`],
    ...['-device', `virtio-net-pci,netdev=mgmt,mac=${managementMac(machine)},romfile=`],
  ]
}

function linkNic(spec: LabSpec, machine: MachineSpec, nic: NicSpec, run: string): readonly string[] {
  const wire = spec.wires.findIndex(({ link }) => link === nic.link)
  const end = sockets.end(run, machine.index, wire)
  const remote = remoteOf(spec, machine, wire, run)
  const large = nic.mtu > 1500 ? `,host_mtu=${nic.mtu}` : ''
  return [
    ...['-netdev', dgram(`link${wire}`, end, remote)],
    ...['-device', `virtio-net-pci,netdev=link${wire},mac=${nic.mac}${large},romfile=`],
  ]
}

function dgram(id: string, local: string, remote: string): string {
  return `dgram,id=${id},local.type=unix,local.path=${local},remote.type=unix,remote.path=${remote}`
}

function remoteOf(spec: LabSpec, machine: MachineSpec, wire: number, run: string): string {
  const found = spec.wires[wire]
  if (found?.kind === 'switch') return sockets.port(run, machine.index, wire)
  const other = spec.machines.find(({ name }) => name !== machine.name && found?.members.includes(name))
  return sockets.end(run, other?.index ?? machine.index, wire)
}

/** ttyS1 of the nodes is one null-modem cable; the port is for fencing through the host. */
function nodeOnly(machine: MachineSpec, run: string): readonly string[] {
  const side = machine.index === 0 ? 'server=on,wait=off' : 'reconnect=1'
  return [
    ...['-chardev', `socket,id=serial,path=${sockets.serial(run)},${side}`, '-serial', 'chardev:serial'],
    ...['-device', 'virtio-serial-pci'],
    ...['-chardev', `socket,id=fence,path=${sockets.fence(run, machine.index)},server=on,wait=off`],
    ...['-device', `virtserialport,chardev=fence,name=${fencePort}`],
  ]
}

/** A switch is a QEMU without a machine: a hub that outlives every guest. */
export function switchArgv(lab: LabId, spec: LabSpec, wire: WireSpec, run: string): readonly string[] {
  const at = spec.wires.indexOf(wire)
  const members = spec.machines.filter(({ name }) => wire.members.includes(name))
  return [
    qemuBinary,
    ...['-name', processName(lab, `switch-${wire.link}`)],
    ...['-machine', 'none', '-nodefaults', '-no-user-config', '-display', 'none'],
    ...members.flatMap(({ index }) => [
      ...['-netdev', dgram(`end${index}`, sockets.port(run, index, at), sockets.end(run, index, at))],
      ...['-netdev', `hubport,id=port${index},hubid=0,netdev=end${index}`],
    ]),
    ...['-qmp', `unix:${sockets.switchQmp(run, at)},server=on,wait=off`],
  ]
}
