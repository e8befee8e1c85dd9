import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keepEvidence } from '../support/evidence.ts'
import { ask, nodes, until } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfshaExits } from '../support/nfsha.ts'
import { activeNode, passiveNode } from '../support/pair.ts'
import { treeOf } from '../support/tree.ts'
import { inventory, variant } from '../support/variant.ts'

/*
 * A client's life: it mounts what the cluster serves and watches it, loses the server, the mount and the
 * permission to mount, and is left as it was. Each test goes on from the one before.
 */

const path = '/mnt/nfsha'

interface Clients {
  readonly clients: readonly {
    readonly name: string
    readonly answered: boolean
    readonly problem?: string
    readonly lookedSecondsAgo?: number
    readonly mounts: readonly { readonly path: string; readonly state: string; readonly reason?: string }[]
  }[]
}

const clientsStatus = async (code: number, file = inventory) => {
  const words = ['clients', 'status', file, '--format', 'json', '--timeout', '2m']
  return (JSON.parse((await nfshaExits(code, ...words)).stdout) as Clients).clients
}

/** What is mounted at the path: type and source of the uppermost. By the table alone: to look would mount. */
const mounted = () =>
  ask(
    'c1',
    `awk '$5 == "${path}" { for (i = 7; $i != "-"; i++); found = $(i + 1) " " $(i + 2) } END { print found }' /proc/self/mountinfo`,
  )

/** What the watchdog found when it last looked by itself: `ok 31 /mnt/nfsha`. */
const lastLook = () => ask('c1', 'cat /run/nfsha-mountwatch/state 2>/dev/null || echo none')

/** Has the watchdog look; its exit code. A look that is under way is waited for. */
const look = () =>
  ask(
    'c1',
    'systemctl start nfsha-mountwatch.service 2>/dev/null; systemctl show -p ExecMainStatus --value nfsha-mountwatch.service',
  )

const isActive = (text: string) => text === 'active'

/** Lines of the watchdog in the client's journal. */
const told = (line: string) =>
  ask('c1', `journalctl -q --no-pager -o cat -u nfsha-mountwatch.service | grep -c '${line}'; :`)

/** The lab's inventory with the client's mount made in another way. */
const mountedBy = (by: string) =>
  variant(`clients-${by}`, doc => doc.setIn(['clients', 'c1', 'mounts', 0, 'by'], by))

let before = ''

beforeAll(async () => {
  await labAt('deployed')
  // The snapshot may be an earlier build's.
  await nfshaExits(0, 'deploy', inventory, '--yes')
  await activeNode()
  before = await treeOf('c1')
})

afterAll(async () => {
  await ask('c1', `rm -f /tmp/late; umount ${path} 2>/dev/null; :`)
})

test('a client that does not answer is named, and keeps neither the nodes nor another client waiting', async () => {
  keepEvidence()
  const file = variant('clients-silent', doc =>
    doc.setIn(
      ['clients', 'c9'],
      doc.createNode({ ssh: '127.0.0.1:1', mounts: [{ export: '/srv/nfsha/data', path }] }),
    ),
  )
  const passive = await passiveNode()
  await ask(passive, "sed -i 's/^/ /' /etc/exports.d/nfsha.exports")
  await nfshaExits(0, 'deploy', file, '--yes')
  expect(await ask(passive, 'grep -c "^ " /etc/exports.d/nfsha.exports; :')).toBe('0')

  const deployed = await nfshaExits(0, 'clients', 'deploy', file, '--yes')
  expect(deployed.stderr).toMatch(/c9: /)
  expect(deployed.stdout).toContain('c9 was left out')
  expect(await mounted()).toBe('nfs4 192.168.0.219:/srv/nfsha/data')
  const [c1, c9] = await clientsStatus(10, file)
  expect(c1).toMatchObject({ name: 'c1', answered: true, mounts: [{ path, state: 'mounted' }] })
  expect(c9).toMatchObject({ name: 'c9', answered: false, problem: expect.stringContaining('127.0.0.1') })
})

test('the client is mounted and watched, serves what is written, and has nothing left to do', async () => {
  keepEvidence()
  await until('the watchdog has looked', 300, lastLook, text => text.startsWith('ok '))
  const [c1] = await clientsStatus(0)
  expect(c1).toMatchObject({ lookedSecondsAgo: expect.any(Number), mounts: [{ path, state: 'mounted' }] })
  expect(await ask('c1', `echo kept >${path}/kept && sync ${path}/kept && cat ${path}/kept`)).toBe('kept')
  expect(await look()).toBe('0')
  expect((await nfshaExits(0, 'clients', 'deploy', inventory, '--yes')).stdout).toContain('nothing to do')
  expect(await ask('c1', `grep -c '^192.168.0.219:/srv/nfsha/data ${path} nfs .*hard' /etc/fstab`)).toBe('1')
})

test('what was unmounted by hand is mounted again', async () => {
  keepEvidence()
  await ask('c1', `umount ${path}`)
  await until('it is mounted again', 300, mounted, text => text.startsWith('nfs4'))
  await until(
    'it is told',
    60,
    () => told('state=remounted'),
    count => count !== '0',
  )
  await clientsStatus(0)
})

test('while the server is gone for minutes nothing hangs; once it is back all goes on by itself', async () => {
  keepEvidence()
  const active = await activeNode()
  const passive = await passiveNode()
  for (const node of [passive, active]) await ask(node, 'systemctl stop heartbeat')
  await ask(
    'c1',
    `rm -f /tmp/late; setsid sh -c 'echo late >${path}/late && sync ${path}/late && touch /tmp/late' >/dev/null 2>&1 & :`,
  )
  await until(
    'the watchdog says for minutes that it is blocked',
    1200,
    lastLook,
    text => Number(/^blocked (\d+) /m.exec(text)?.[1] ?? 0) >= 300,
  )
  expect(await look()).toBe('2')
  const [c1] = await clientsStatus(10)
  expect(c1).toMatchObject({ answered: true, mounts: [{ path, state: 'blocked' }] })
  expect(c1?.mounts[0]?.reason).toMatch(/^for \d+ s: no answer within 10 s$/)
  // A look that has ended leaves nothing behind that waits.
  expect(await ask('c1', '[ "$(pgrep -x -c stat)" -le 1 ] && echo few')).toBe('few')
  expect(await ask('c1', 'ls /tmp/late 2>/dev/null || echo waits')).toBe('waits')

  await Promise.all(nodes.map(node => ask(node, 'systemctl start heartbeat')))
  await activeNode()
  await until('the watchdog says that it is well', 600, lastLook, text => text.startsWith('ok '))
  await until('the writer goes on', 300, () => ask('c1', 'ls /tmp/late 2>/dev/null || :'), Boolean)
  expect(await ask('c1', `cat ${path}/late`)).toBe('late')
  expect(await told('state=ok was=blocked')).toBe('1')
  await clientsStatus(0)
})

test('a mount that the server refuses is told, and made once it is allowed again', async () => {
  keepEvidence()
  const refusing = variant('clients-refused', doc =>
    // The nodes alone.
    doc.setIn(['exports', 0, 'clients'], '192.168.0.208/29'),
  )
  await ask('c1', `systemctl stop nfsha-mountwatch.timer; umount ${path}`)
  // An export is not narrowed past a client that the server still knows.
  const active = await activeNode()
  await until(
    'the server knows the client no more',
    300,
    () => ask(active, "grep -l '192[.]168[.]0[.]1:' /proc/fs/nfsd/clients/*/info 2>/dev/null; :"),
    text => text === '',
  )
  await nfshaExits(0, 'deploy', refusing, '--yes')
  await ask('c1', 'systemctl start nfsha-mountwatch.timer')
  await until('the watchdog says that it failed', 300, lastLook, text => text.startsWith('failed '))
  expect(await look()).toBe('1')
  const [c1] = await clientsStatus(10)
  expect(c1).toMatchObject({ mounts: [{ path, state: 'failed' }] })
  expect(c1?.mounts[0]?.reason).toMatch(/mount\.nfs.*: /)
  await nfshaExits(0, 'deploy', inventory, '--yes')
  await until('it is mounted again', 600, mounted, text => text.startsWith('nfs4'))
  await until('the watchdog says so', 300, lastLook, text => /^(ok|remounted) /.test(text))
  await clientsStatus(0)
})

/** Takes all of it away: nothing of nfsha is left, and again there is nothing to do. */
async function expectRemoved(
  file: string,
  isCompared: (line: string) => boolean = () => true,
): Promise<void> {
  await nfshaExits(0, 'clients', 'remove', file, '--yes')
  expect(await mounted()).toBe('')
  const compared = (tree: string) => tree.split('\n').filter(isCompared)
  expect(compared(await treeOf('c1'))).toEqual(compared(before))
  expect(
    await ask(
      'c1',
      'ls -d /run/nfsha* /var/lib/nfsha 2>/dev/null; systemctl --failed --no-legend --plain; :',
    ),
  ).toBe('')
  expect((await nfshaExits(0, 'clients', 'remove', file, '--yes')).stdout).toContain('nothing to do')
  await clientsStatus(10, file)
}

test('removal is refused while the mount is used, and leaves the client as it was', async () => {
  keepEvidence()
  await ask('c1', `setsid sleep 3600 <${path}/kept >/dev/null 2>&1 & echo $! >/tmp/user`)
  const used = await nfshaExits(5, 'clients', 'remove', inventory, '--yes')
  expect(used.stderr).toMatch(/mnt\/nfsha is used by sleep.*fix: /s)
  expect(await mounted()).toMatch(/^nfs4 /)
  await ask('c1', 'kill "$(cat /tmp/user)"; rm /tmp/user')
  await expectRemoved(inventory)
})

test('an automount of systemd mounts when somebody looks, and can be taken away', async () => {
  keepEvidence()
  const file = mountedBy('automount')
  await nfshaExits(0, 'clients', 'deploy', file, '--yes')
  await clientsStatus(0, file)
  expect(await ask('c1', `cat ${path}/kept`)).toBe('kept')
  const [c1] = await clientsStatus(0, file)
  expect(c1).toMatchObject({ mounts: [{ path, state: 'mounted' }] })
  expect(await look()).toBe('0')
  expect((await nfshaExits(0, 'clients', 'deploy', file, '--yes')).stdout).toContain('nothing to do')
  await expectRemoved(file)
})

describe('by autofs', () => {
  /** Over the directory above, and soon idle. */
  const byAutofs = () =>
    variant('clients-autofs', doc => {
      doc.setIn(['clients', 'c1', 'mounts', 0, 'by'], 'autofs')
      doc.setIn(['clients', 'c1', 'autofs-idle'], '20s')
    })
  const stateNow = async (code: number) => (await clientsStatus(code, byAutofs()))[0]?.mounts[0]?.state
  const untilIdle = async () => {
    await until('it is idle', 400, mounted, text => text === '')
    await until('the watchdog says so', 300, lastLook, text => text.startsWith('idle '))
  }

  test('it takes the place of a mount in fstab, unless somebody is there', async () => {
    keepEvidence()
    await nfshaExits(0, 'clients', 'deploy', inventory, '--yes')
    await ask('c1', `setsid sleep 3600 <${path}/kept >/dev/null 2>&1 & echo $! >/tmp/user`)
    const used = await nfshaExits(5, 'clients', 'deploy', byAutofs(), '--yes')
    expect(used.stderr).toMatch(/mnt\/nfsha is used by sleep.*fix: /s)
    expect(await mounted()).toMatch(/^nfs4 /)
    await ask('c1', 'kill "$(cat /tmp/user)"; rm /tmp/user')
    await nfshaExits(0, 'clients', 'deploy', byAutofs(), '--yes')
    expect(await ask('c1', 'grep -c nfsha /etc/fstab; :')).toBe('0')
    expect(await ask('c1', `cat ${path}/kept`)).toBe('kept')
    expect(await stateNow(0)).toBe('mounted')
    const again = await nfshaExits(0, 'clients', 'deploy', byAutofs(), '--yes')
    expect(again.stdout).toContain('nothing to do')
  })

  test('idle it is unmounted, the watchdog leaves it so, and who looks has it back', async () => {
    keepEvidence()
    await untilIdle()
    expect(await stateNow(0)).toBe('automount')
    expect(await look()).toBe('0')
    expect(await mounted()).toBe('')
    expect(await ask('c1', `cat ${path}/kept`)).toBe('kept')
  })

  test('a daemon that died is brought back by the watchdog', async () => {
    keepEvidence()
    await untilIdle()
    await ask('c1', 'systemctl stop nfsha-mountwatch.timer; systemctl kill -s KILL autofs.service')
    await until(
      'autofs is gone',
      60,
      () => ask('c1', 'systemctl is-active autofs.service; :'),
      text => text !== 'active',
    )
    expect(await stateNow(10)).toBe('not mounted')
    await ask('c1', 'systemctl start nfsha-mountwatch.timer')
    await until('autofs is back', 300, () => ask('c1', 'systemctl is-active autofs.service; :'), isActive)
    await until('the watchdog is content', 300, lastLook, text => /^(ok|idle|remounted) /.test(text))
    expect(await ask('c1', `cat ${path}/kept`)).toBe('kept')
  })

  test('a directory in which something lies is refused', async () => {
    keepEvidence()
    await ask('c1', 'mkdir -p /srv/other/theirs')
    const file = variant('clients-autofs-taken', doc => {
      doc.setIn(['clients', 'c1', 'mounts', 0, 'by'], 'autofs')
      doc.setIn(['clients', 'c1', 'mounts', 0, 'path'], '/srv/other/data')
    })
    const refused = await nfshaExits(5, 'clients', 'deploy', file, '--yes')
    expect(refused.stderr).toMatch(/would hide what lies there: theirs.*fix: /s)
    await ask('c1', 'rm -r /srv/other')
  })

  test('it gives way to a mount in fstab again', async () => {
    keepEvidence()
    await nfshaExits(0, 'clients', 'deploy', inventory, '--yes')
    expect(await mounted()).toMatch(/^nfs4 /)
    expect(
      await ask('c1', 'findmnt -rn -t autofs -o SOURCE; ls /etc/auto.nfsha /etc/auto.master.d 2>&1; :'),
    ).not.toMatch(/^\/etc\/auto\.nfsha$|nfsha\.autofs/m)
    await clientsStatus(0)
  })

  test('removal leaves the package, and nothing of ours', async () => {
    keepEvidence()
    await nfshaExits(0, 'clients', 'deploy', byAutofs(), '--yes')
    // Lines of the package, and of what dpkg and the loader note of it.
    await expectRemoved(byAutofs(), line => !/auto|ld\.so\.cache|^[0-9a-f]{64} {2}-$/.test(line))
    expect(await ask('c1', 'grep -rl nfsha /etc /usr/local | grep -v nfsha-lab-; :')).toBe('')
  })
})
