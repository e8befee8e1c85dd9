import { expect, test } from 'vitest'
import { keepEvidence } from '../support/evidence.ts'
import { ask, nodes, until } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfshaExits } from '../support/nfsha.ts'
import { activeNode, passiveNode } from '../support/pair.ts'
import { inventory } from '../support/variant.ts'
import { expectAllWritten, startWriting } from '../support/writer.ts'

/*
 * Real nodes' links belong to a tool, the lab's to none: here em1 is handed to each. What the tool takes away
 * comes back without a restart of the group, and what the client was about goes on.
 */

interface Tool {
  readonly name: string
  readonly package: string
  /** Shell that gives em1 with $address to it, on a node that is serving or not. */
  readonly takes: string
  readonly restart: string
  readonly reconfigure: string
  /** What `nfsha check` says of it. */
  readonly check: RegExp
}

const tools: readonly Tool[] = [
  {
    name: 'ifupdown',
    package: 'ifupdown',
    takes: `printf 'auto em1\\niface em1 inet static\\n    address %s/24\\n' "$address" >/etc/network/interfaces
ip address flush dev em1; systemctl restart networking`,
    restart: 'systemctl restart networking',
    reconfigure: 'ifdown em1; ifup em1',
    check: /em1 is managed by ifupdown/,
  },
  {
    name: 'systemd-networkd',
    package: 'systemd',
    takes: `printf '[Match]\\nName=em1\\n\\n[Network]\\nAddress=%s/24\\n' "$address" >/etc/systemd/network/em1.network
systemctl enable --now systemd-networkd`,
    restart: 'systemctl restart systemd-networkd',
    reconfigure: 'networkctl reconfigure em1',
    check: /em1 is managed by systemd-networkd, which takes foreign addresses/,
  },
  {
    name: 'NetworkManager',
    package: 'network-manager',
    takes: `mkdir -p /etc/NetworkManager/conf.d
printf '[keyfile]\\nunmanaged-devices=*,except:interface-name:em1\\n' >/etc/NetworkManager/conf.d/lab.conf
systemctl restart NetworkManager
nmcli connection add type ethernet ifname em1 con-name em1 ipv4.method manual ipv4.addresses "$address/24" ipv6.method disabled
nmcli connection up em1`,
    restart: 'systemctl restart NetworkManager',
    reconfigure: 'nmcli connection up em1',
    check: /em1 is managed by NetworkManager/,
  },
]

const ownAddress = { m1: '192.168.0.210', m2: '192.168.0.211' } as const
const reinstall = (name: string) =>
  `DEBIAN_FRONTEND=noninteractive apt-get -q -y --reinstall install ${name} >/dev/null 2>&1`

/** VIP and host routes are where they belong, and the monitor finds all well. */
async function expectInPlace(): Promise<void> {
  const active = await activeNode()
  for (const node of nodes) {
    const wanted = await ask(
      node,
      `sed -n 's,^ExecStart=/sbin/ip route replace \\([0-9.]*\\)/32 dev \\(.*\\) src.*,\\1 dev \\2,p' /etc/systemd/system/nfsha-routes.service`,
    )
    await until(
      `the host routes of ${node}`,
      120,
      () => ask(node, 'ip -4 route show'),
      text => wanted.split('\n').every(route => text.includes(route)),
    )
  }
  await until(
    'the monitor finds all well',
    300,
    () => ask(active, 'cat /run/nfsha/monitor/state.json'),
    text => text.includes('"health":"well"'),
  )
}

test.each(tools)('$name: restart, reconfiguration and upgrade on both nodes', async tool => {
  keepEvidence()
  await labAt('deployed')
  for (const node of nodes) {
    await ask(
      node,
      `command -v ${tool.name === 'ifupdown' ? 'ifup' : 'true'} >/dev/null 2>&1 && [ ${tool.package} = systemd ] || DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install ${tool.package} >/dev/null 2>&1`,
    )
    await ask(node, `address=${ownAddress[node]}\n${tool.takes}`)
  }
  await expectInPlace()
  const { stdout: checked } = await nfshaExits(0, 'check', inventory, '--format', 'json')
  expect(checked).toMatch(tool.check)
  await startWriting()
  const active = await activeNode()
  const began = await ask(active, 'stat -c %i.%Y /run/nfsha/group.active')
  for (const node of [active, await passiveNode()])
    for (const deed of [tool.restart, tool.reconfigure, reinstall(tool.package)]) {
      await ask(node, deed)
      await expectInPlace()
    }
  expect(await activeNode(), 'nothing moved').toBe(active)
  expect(await ask(active, 'stat -c %i.%Y /run/nfsha/group.active'), 'nothing was started anew').toBe(began)
  await expectAllWritten()
  await nfshaExits(0, 'status', inventory, '--timeout', '5m')
})
