import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import { addressName } from '../../src/facts/address-name.ts'
import { characterDevice } from '../../src/facts/device.ts'
import { file } from '../../src/facts/file.ts'
import { firewall } from '../../src/facts/firewall.ts'
import { interfaces } from '../../src/facts/interface.ts'
import { keytab } from '../../src/facts/keytab.ts'
import { listeners } from '../../src/facts/listener.ts'
import { kernelModule } from '../../src/facts/module.ts'
import { monitorLoaded, monitorState } from '../../src/facts/monitor.ts'
import { netgroup } from '../../src/facts/netgroup.ts'
import { os } from '../../src/facts/os.ts'
import { dpkgTroubles, packages, policyLeftBehind } from '../../src/facts/package.ts'
import { partingLog } from '../../src/facts/parting.ts'
import { reach } from '../../src/facts/reach.ts'
import { controllerAddress, routeTo } from '../../src/facts/route.ts'
import { heartbeatUuid, otherManagers, security, unattendedUpgrades } from '../../src/facts/security.ts'
import { systemRoom } from '../../src/facts/system-room.ts'
import { chronySources, clock, timesyncdServers } from '../../src/facts/time.ts'
import { unit } from '../../src/facts/unit.ts'
import { vipUser } from '../../src/facts/vip-user.ts'
import { asideShell } from '../../src/facts/volume-aside.ts'
import { volumeFiles } from '../../src/facts/volume-files.ts'
import { exampleCluster } from '../fixtures/cluster.ts'

const cluster = exampleCluster()
const [node] = cluster.nodes
const salt = new Secret('salt', 'x')
const probes = [
  file("/a path/it's"),
  file('/etc/ha.d/authkeys', { salt }),
  file('/etc/drbd.d/global_common.conf', { salt, shippedBy: 'drbd-utils' }),
  addressName('192.0.2.1'),
  characterDevice('/dev/ttyS1'),
  kernelModule('drbd'),
  keytab,
  netgroup("it's"),
  monitorLoaded,
  monitorState,
  systemRoom,
  ...cluster.vips.map(vip => vipUser(vip, '192.0.2.2')),
  os,
  dpkgTroubles,
  packages(['a', 'b']),
  policyLeftBehind,
  controllerAddress,
  routeTo('192.0.2.1'),
  chronySources,
  clock,
  timesyncdServers,
  unit('nfs-server.service'),
  firewall,
  interfaces,
  listeners,
  reach('192.0.2.1'),
  reach('192.0.2.1', { nic: 'em1', mtu: 1500 }),
  heartbeatUuid,
  otherManagers,
  security,
  unattendedUpgrades,
  partingLog,
  ...cluster.volumes.map(volume => volumeFiles(node, volume)),
]

const shells = cluster.volumes.map(volume => [`aside:${volume.name}`, asideShell(node, volume)] as const)

describe('probe scripts are plain POSIX sh', () => {
  it.each([...probes.map(probe => [probe.id, probe.script] as const), ...shells])('%s', (_, script) => {
    // SC2016: what is in single quotes is for the shell of another mount namespace.
    const { stdout, status } = spawnSync('shellcheck', ['-s', 'sh', '-e', 'SC1091,SC2016', '-'], {
      input: script,
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
    expect(status).toBe(0)
  })
})
