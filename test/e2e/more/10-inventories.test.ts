import { describe, expect, test } from 'vitest'
import type { Document } from 'yaml'
import { ask, nodes } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfshaExits } from '../support/nfsha.ts'
import { activeNode } from '../support/pair.ts'
import { ports } from '../support/ports.ts'
import { variant } from '../support/variant.ts'

/*
 * Inventories that ask for other things than lab.yml: each is deployed on nodes that have the packages
 * and nothing else, serves the client, and is then in sync.
 */

interface Case {
  readonly title: string
  readonly edit: (doc: Document) => void
  /** Run as root on both nodes before. */
  readonly prepare?: string
  /** On the active node, after: must print `yes`. */
  readonly holds: string
}

const mediumOfEm2 = (medium: unknown) => (doc: Document) =>
  doc.setIn(['links', 'em2'], doc.createNode({ for: ['heartbeat'], medium }))

const reachedAs = (user: string, more: Readonly<Record<string, string>>) => (doc: Document) => {
  for (const node of nodes) {
    doc.setIn(['nodes', node, 'ssh'], doc.createNode({ host: '127.0.0.1', port: ports[node], user, ...more }))
  }
}

const cases: readonly Case[] = [
  {
    title: 'two volumes, the second with xfs',
    edit: doc => {
      doc.setIn(['volumes', 'logs'], doc.createNode({ disk: '/dev/vdc', mount: '/srv/logs', fs: 'xfs' }))
      doc.addIn(
        ['exports'],
        doc.createNode({ path: '/srv/logs/app', clients: '192.168.0.0/24', mode: '0777' }),
      )
    },
    holds: `findmnt -no FSTYPE /srv/logs | grep -qx xfs && exportfs -s | grep -q /srv/logs/app && echo yes`,
  },
  {
    title: 'a logical volume as backing disk',
    prepare: `apt-get install -y -q --no-install-recommends lvm2 >/dev/null 2>&1
      pvcreate -qy /dev/vdc && vgcreate -qy vg /dev/vdc && lvcreate -qy -n data -L 128M vg`,
    edit: doc => doc.setIn(['volumes', 'data', 'disk'], '/dev/vg/data'),
    holds: `drbdadm sh-ll-dev data | grep -q vg && echo yes`,
  },
  {
    title: 'heartbeat over multicast',
    edit: mediumOfEm2('mcast'),
    holds: `cl_status listhblinks m2 | grep -q em2 && grep -q '^mcast em2' /etc/ha.d/ha.cf && echo yes`,
  },
  {
    title: 'heartbeat over broadcast',
    edit: mediumOfEm2('bcast'),
    holds: `cl_status listhblinks m2 | grep -q em2 && grep -q '^bcast em2' /etc/ha.d/ha.cf && echo yes`,
  },
  {
    title: 'heartbeat over a serial line',
    edit: doc => doc.setIn(['heartbeat', 'serial'], '/dev/ttyS1'),
    holds: `peer=$([ "$(uname -n)" = m1 ] && echo m2 || echo m1)
      cl_status hblinkstatus "$peer" /dev/ttyS1 | grep -q up && echo yes`,
  },
  {
    title: 'a user who is not root, and sudo without a password',
    edit: reachedAs('admin', {}),
    holds: 'echo yes',
  },
  {
    title: 'a user who is not root, and sudo with a password',
    edit: reachedAs('operator', { 'become-password': 'env:NFSHA_E2E_SUDO' }),
    holds: 'echo yes',
  },
  {
    title: 'a jump host',
    edit: doc => {
      for (const [node, address] of [
        ['m1', '192.168.0.210'],
        ['m2', '192.168.0.211'],
      ])
        doc.setIn(
          ['nodes', node, 'ssh'],
          doc.createNode({ host: address, user: 'root', jump: `root@127.0.0.1:${ports.c1}` }),
        )
    },
    holds: 'echo yes',
  },
]

describe.each(cases)('$title', ({ title, edit, prepare, holds }) => {
  test('deploys, serves, and is in sync', async () => {
    process.env.NFSHA_E2E_SUDO = 'operator'
    await labAt('packages')
    if (prepare !== undefined) for (const node of nodes) await ask(node, prepare)
    const file = variant(`case-${title.replaceAll(/\W+/g, '-')}`, edit)
    await nfshaExits(0, 'deploy', file, '--yes')
    const active = await activeNode()
    expect(await ask(active, holds)).toBe('yes')
    expect(
      await ask(
        'c1',
        `mkdir -p /mnt/nfsha && mount -t nfs -o vers=4.2,hard 192.168.0.219:/srv/nfsha/data /mnt/nfsha
         echo written > /mnt/nfsha/file && sync && cat /mnt/nfsha/file && umount /mnt/nfsha`,
      ),
    ).toBe('written')
    await nfshaExits(0, 'plan', file, '--detailed-exitcode')
    await nfshaExits(0, 'status', file)
  })
})
