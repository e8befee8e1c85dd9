import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { RenderedFile } from '../../src/cli/render-files.ts'
import type { Transport } from '../../src/core/transport.ts'
import { localTransport } from '../../src/transport/local.ts'

/** A directory that looks like a serving node's root to the shell in it. */
export interface PretendedNode {
  /** Opens a root shell there, in namespaces of its own. */
  readonly transport: Transport
  end(): void
}

/** Where that shell has the /proc of its PID namespace; /proc itself is files as a node has them. */
export const ownProc = '/own-proc'

/** Commands that are stand-ins (`standIn`): those of the cluster, and those that would tell of this machine. */
const standIns = [
  ...[
    'drbdadm',
    'drbdsetup',
    'drbdmeta',
    'cl_status',
    'exportfs',
    'nfsconf',
    'rpcinfo',
    'rpc.nfsd',
    'sm-notify',
  ],
  ...[
    'systemctl',
    'timedatectl',
    'chronyc',
    'ip',
    'ss',
    'nft',
    'ping',
    'arping',
    'dmesg',
    'modprobe',
    'modinfo',
  ],
  ...['dpkg-query', 'dpkg', 'apt-cache', 'apt-config', 'wipefs', 'dumpe2fs', 'mount.nfs', 'systemd-notify'],
  ...['fuser', 'udevadm', 'mke2fs'],
]

const mebibyte = 1_048_576

/** Needs root, loop devices, util-linux. `files` are the node's own, `standIn` the text of its commands. */
export function pretendNode(files: readonly RenderedFile[], standIn: string): PretendedNode {
  const root = mkdtempSync(join(tmpdir(), 'nfsha-bench-node-'))
  const write = (path: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    chmodSync(join(root, path), mode)
  }
  for (const { path, text, mode } of files)
    write(path.replace(/^\/usr\//, '/own-usr/'), text, Number.parseInt(mode, 8))
  for (const [path, text] of Object.entries(servingNode)) write(path, text)
  for (const name of standIns) write(`own-usr/local/sbin/${name}`, `#!/bin/sh\n${standIn}`, 0o755)
  write('own-usr/share/heartbeat/hb_standby', '#!/bin/sh\n', 0o755)
  write('own-usr/lib/heartbeat/tickle_tcp', '#!/bin/sh\n', 0o755)
  for (const name of [
    'usr',
    'dev',
    'tmp',
    'mnt',
    'srv/nfsha/data',
    'srv/nfsha/.nfsha/nfsdcld',
    'srv/nfsha/.nfsha/tickle',
    'run/lock',
    ownProc,
  ])
    mkdirSync(join(root, name), { recursive: true })
  execFileSync('cp', ['-a', '/etc/alternatives', join(root, 'etc')])
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name))
  for (const name of ['null', 'zero', 'urandom'])
    execFileSync('cp', ['-a', `/dev/${name}`, join(root, 'dev', name)])

  const image = join(root, 'image')
  writeFileSync(image, '')
  truncateSync(image, 64 * mebibyte)
  const loop = execFileSync('losetup', ['-f', '--show', image], { encoding: 'utf8' }).trim()
  const disk = join(root, 'dev/vdb')
  execFileSync('cp', ['-a', loop, disk])
  const number = execFileSync('stat', ['-c', '%Hr:%Lr', disk], { encoding: 'utf8' }).trim()
  write('sys/devices/vdb/size', `${(64 * mebibyte) / 512}\n`)
  write('sys/devices/vdb/ro', '0\n')
  write('sys/devices/vdb/serial', 'a-serial-number\n')
  write('sys/devices/vdb/holders/drbd0', '')
  mkdirSync(join(root, 'sys/dev/block'), { recursive: true })
  symlinkSync('/sys/devices/vdb', join(root, 'sys/dev/block', number))

  const enter = [
    `mount --bind ${root} ${root}`,
    `mount -t overlay -o ro,lowerdir=${root}/own-usr:/usr overlay ${root}/usr`,
    `mount -t proc proc ${root}${ownProc}`,
    `cd ${root}`,
    `pivot_root . mnt`,
    `umount -l /mnt`,
    `exec /bin/sh`,
  ].join(' && ')
  const argv = ['unshare', '-m', '-n', '-p', '-f', '--propagation', 'private', 'sh', '-c', enter] as const
  return {
    transport: localTransport(() => argv),
    end: () => {
      execFileSync('losetup', ['-d', loop])
      rmSync(root, { recursive: true, force: true })
    },
  }
}

const mountinfo = `22 1 254:1 / / rw - ext4 /dev/vda1 rw
30 22 147:0 / /srv/nfsha rw,noatime - ext4 /dev/drbd0 rw
31 22 0:30 / /proc/fs/nfsd rw - nfsd nfsd rw
`

/** What the kernel and the packages say on a node that serves. */
const servingNode: Readonly<Record<string, string>> = {
  'proc/uptime': '4321.07 1.00\n',
  'proc/mounts':
    '/dev/vda1 / ext4 rw 0 0\n/dev/drbd0 /srv/nfsha ext4 rw,noatime 0 0\nnfsd /proc/fs/nfsd nfsd rw 0 0\n',
  'proc/self/mountinfo': mountinfo,
  'proc/self/status': 'Name:\tsh\nUid:\t0\t0\t0\t0\n',
  'proc/swaps': 'Filename Type Size Used Priority\n',
  'proc/drbd': `version: 8.4.11 (api:1/proto:86-101)
srcversion: 0
 0: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C r-----
    ns:0 nr:0 dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:0
`,
  'proc/sys/kernel/hostname': 'm1\n',
  'proc/sys/kernel/osrelease': '6.1.0-41-amd64\n',
  'proc/sys/kernel/random/boot_id': '0d9bd3a5-5c0b-5d0e-93a1-9a8f3f6a7c02\n',
  'proc/sys/fs/nfs/nlm_tcpport': '4001\n',
  'proc/fs/nfsd/threads': '8\n',
  'proc/fs/nfsd/versions': '-3 +4 -4.0 +4.1 +4.2\n',
  'proc/fs/nfsd/nfsv4leasetime': '10\n',
  'proc/fs/nfsd/nfsv4gracetime': '10\n',
  'proc/fs/nfsd/v4_end_grace': 'Y\n',
  'proc/fs/nfsd/clients/3/info':
    'clientid: 0x1\naddress: "192.168.0.1:745"\nstatus: confirmed\nname: "Linux NFSv4.2 c1"\nminor version: 2\n',
  'proc/fs/nfsd/clients/3/states': '- 0x1: { type: open }\n',
  ...processes([
    [1, 'systemd'],
    [700, 'heartbeat'],
    [710, 'heartbeat'],
    [800, 'rpc.mountd'],
    [810, 'nfsdcld'],
    [820, 'nfsd'],
  ]),
  'sys/module/drbd/version': '8.4.11\n',
  'sys/module/nfsd/x': '',
  'sys/module/ext4/x': '',
  'sys/class/net/em1/flags': '0x1003\n',
  'sys/class/net/em1/ifindex': '2\n',
  'sys/block/drbd0/size': '131000\n',
  'sys/fs/ext4/drbd0/errors_count': '0\n',
  'sys/fs/cgroup/system.slice/nfsha-monitor.service/cgroup.procs': '1\n',
  'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
  'etc/group': 'root:x:0:\n',
  'etc/nfs.conf': '',
  'run/network/ifstate': 'em1=em1\n',
  'run/nfsha/ha.cf.read': '1 1\n',
  'run/nfsha/authkeys.read': '1 1\n',
  'run/nfsha/monitor/loaded': '1 1\n',
  'run/nfsha/monitor/state.json': '{"role":"active","health":"well","failing":[],"notices":[]}\n',
  'run/nfsha/group.active': '',
  'var/lib/nfs/etab': '',
  'var/lib/nfsha/runs.jsonl': '{}\n',
  'var/lib/nfsha/guard/data.record': 'state=active generation=1\n',
  'var/lib/nfsha/drbd/data': 'identity serial=a-serial-number\ndevice-uuid 1\n',
  'var/lib/nfsha/verified/data': 'at=2026-01-01T00:00:00Z out-of-sync=0\n',
  'var/lib/heartbeat/hb_uuid': '0123456789abcdef',
  'etc/exports': '',
}

function processes(list: readonly (readonly [number, string])[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    list.flatMap(([pid, name]) => [
      [`proc/${pid}/comm`, `${name}\n`],
      [`proc/${pid}/stat`, `${pid} (${name}) S 1\n`],
      [`proc/${pid}/cmdline`, `${name}\0`],
      [`proc/${pid}/mountinfo`, mountinfo],
      [`proc/${pid}/fd/x`, ''],
    ]),
  )
}
