import { describe, expect, it } from 'vitest'
import { machineArgv, netdevOf, switchArgv } from '../../src/lab/qemu.ts'
import { exampleSpec, machineAt } from './fixture.ts'

const spec = exampleSpec()
const files = {
  kernel: '/image/vmlinuz',
  initrd: '/image/initrd',
  disks: ['/lab/disks/a,b-0.qcow2', '/lab/disks/a,b-1.qcow2'],
  setup: '/lab/setup/m1.sh',
  consoleLog: '/lab/log/m1.console',
  run: '/tmp/r',
}
const line = (index: number) =>
  machineArgv('0123456789abcdef', spec, machineAt(spec, index), 'tcg', files).join(' ')

describe('a machine’s process', () => {
  it('is exactly this for the first node', () => {
    const node = machineAt(spec, 0)
    expect(line(0).split(' -')).toEqual([
      'qemu-system-x86_64',
      `name nfsha-lab:0123456789abcdef:${node.name}`,
      'machine pc',
      'nodefaults',
      'no-user-config',
      'display none',
      'accel tcg,thread=multi,tb-size=1024',
      'cpu qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand',
      'm 640',
      'smp 1',
      'kernel /image/vmlinuz',
      'initrd /image/initrd',
      `append root=/dev/vda rw quiet console=ttyS0 net.ifnames=0 mitigations=off nokaslr norandmaps init_on_alloc=0 hardened_usercopy=off audit=0 systemd.hostname=${node.name} systemd.machine_id=0123456789abcdef0000000000000000`,
      'fw_cfg name=opt/nfsha/setup,file=/lab/setup/m1.sh',
      'drive file=/lab/disks/a,,b-0.qcow2,if=none,id=disk0,format=qcow2,cache=unsafe,discard=unmap',
      'device virtio-blk-pci,drive=disk0,serial=nfsha-system',
      'drive file=/lab/disks/a,,b-1.qcow2,if=none,id=disk1,format=qcow2,cache=unsafe,discard=unmap',
      'device virtio-blk-pci,drive=disk1,serial=nfsha-data1',
      'netdev user,id=mgmt,restrict=on,ipv6=off,net=10.0.2.0/24,hostfwd=tcp:127.0.0.1:22100-10.0.2.21:22',
      'device virtio-net-pci,netdev=mgmt,mac=52:54:00:4e:00:00,romfile=',
      'netdev dgram,id=link0,local.type=unix,local.path=/tmp/r/0.link0,remote.type=unix,remote.path=/tmp/r/switch0.port0',
      'device virtio-net-pci,netdev=link0,mac=52:54:00:4e:00:01,romfile=',
      'netdev dgram,id=link1,local.type=unix,local.path=/tmp/r/0.link1,remote.type=unix,remote.path=/tmp/r/1.link1',
      'device virtio-net-pci,netdev=link1,mac=52:54:00:4e:00:02,romfile=',
      'netdev dgram,id=link2,local.type=unix,local.path=/tmp/r/0.link2,remote.type=unix,remote.path=/tmp/r/1.link2',
      'device virtio-net-pci,netdev=link2,mac=52:54:00:4e:00:03,romfile=',
      'chardev socket,id=console,path=/tmp/r/0.console,server=on,wait=off,logfile=/lab/log/m1.console,logappend=on',
      'serial chardev:console',
      'chardev socket,id=serial,path=/tmp/r/serial,server=on,wait=off',
      'serial chardev:serial',
      'device virtio-serial-pci',
      'chardev socket,id=fence,path=/tmp/r/0.fence,server=on,wait=off',
      'device virtserialport,chardev=fence,name=nfsha.fence',
      'qmp unix:/tmp/r/0.qmp,server=on,wait=off',
    ])
  })

  it('has the other end of each cable and of the serial line on the second node', () => {
    expect(line(1)).toContain('local.path=/tmp/r/1.link1,remote.type=unix,remote.path=/tmp/r/0.link1')
    expect(line(1)).toContain('socket,id=serial,path=/tmp/r/serial,reconnect=1')
  })

  it('gives a client neither cables, nor the serial line, nor the fencing port', () => {
    expect(line(2)).not.toMatch(/link1|id=serial|nfsha\.fence/)
  })

  it('reaches the package registry only when asked to', () => {
    const open = exampleSpec({ network: 'open' })
    expect(machineArgv('0', open, machineAt(open, 0), 'tcg', files).join(' ')).toContain('restrict=off')
  })

  it('uses the host’s processor with KVM', () => {
    expect(machineArgv('0', spec, machineAt(spec, 0), 'kvm', files).join(' ')).toContain(
      '-accel kvm -cpu host',
    )
  })

  it('has jumbo frames where the link has', () => {
    const [wire] = spec.wires
    const machine = machineAt(spec, 0)
    const nics = machine.nics.map(nic => (nic.link === wire?.link ? { ...nic, mtu: 9000 } : nic))
    expect(machineArgv('0', spec, { ...machine, nics }, 'tcg', files).join(' ')).toContain(
      'netdev=link0,mac=52:54:00:4e:00:01,host_mtu=9000',
    )
  })
})

describe('a switch', () => {
  it('is a QEMU without a machine, a port a member', () => {
    const [wire] = spec.wires
    if (wire === undefined) throw new TypeError('the example has links')
    expect(switchArgv('0123456789abcdef', spec, wire, '/tmp/r').join(' ')).toBe(
      [
        `qemu-system-x86_64 -name nfsha-lab:0123456789abcdef:switch-${wire.link}`,
        '-machine none -nodefaults -no-user-config -display none',
        '-netdev dgram,id=end0,local.type=unix,local.path=/tmp/r/switch0.port0,remote.type=unix,remote.path=/tmp/r/0.link0',
        '-netdev hubport,id=port0,hubid=0,netdev=end0',
        '-netdev dgram,id=end1,local.type=unix,local.path=/tmp/r/switch0.port1,remote.type=unix,remote.path=/tmp/r/1.link0',
        '-netdev hubport,id=port1,hubid=0,netdev=end1',
        '-netdev dgram,id=end2,local.type=unix,local.path=/tmp/r/switch0.port2,remote.type=unix,remote.path=/tmp/r/2.link0',
        '-netdev hubport,id=port2,hubid=0,netdev=end2',
        '-qmp unix:/tmp/r/switch0.qmp,server=on,wait=off',
      ].join(' '),
    )
  })
})

describe('netdevOf', () => {
  it('goes by the link’s place', () => {
    expect(spec.wires.map(({ link }) => netdevOf(spec, link))).toEqual(['link0', 'link1', 'link2'])
  })
})
