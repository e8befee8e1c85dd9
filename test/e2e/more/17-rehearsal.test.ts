import { beforeAll, expect, test } from 'vitest'
import type { Document } from 'yaml'
import { ask, type GuestName, nodes, until } from '../support/hosts.ts'
import { labWith } from '../support/lab.ts'
import { nfsha, nfshaExits } from '../support/nfsha.ts'
import { activeNode, passiveNode } from '../support/pair.ts'
import { trees } from '../support/tree.ts'
import { variant } from '../support/variant.ts'

/*
 * What a takeover would run for the first time is tried before it counts, and a passive node that could
 * not take over says so before it has to.
 */

const withXfs = (doc: Document) => {
  doc.setIn(['volumes', 'media'], doc.createNode({ disk: '/dev/vdc', mount: '/srv/media', fs: 'xfs' }))
  doc.addIn(['exports'], doc.createNode({ path: '/srv/media/films', clients: '192.168.0.0/24' }))
}
const pair = variant('rehearsal', withXfs)
const edited = (title: string, edit: (doc: Document) => void) => variant(`rehearsal-${title}`, edit, pair)

let active: GuestName
let passive: GuestName

beforeAll(async () => {
  await labWith('rehearsal', pair)
  // The snapshot may be an earlier build's.
  await nfshaExits(0, 'deploy', pair, '--yes')
  active = await activeNode()
  passive = await passiveNode()
})

interface StatusJson {
  readonly verdict: string
  readonly concerns: readonly { readonly host?: string; readonly text: string; readonly next?: string }[]
  readonly pending: readonly { readonly host: string; readonly text: string }[]
}

async function statusOf(file = pair): Promise<StatusJson> {
  const { stdout } = await nfsha('status', file, '--timeout', '5m', '--format', 'json')
  return JSON.parse(stdout) as StatusJson
}

const concernsOf = async (): Promise<string> =>
  (await statusOf()).concerns.map(({ host, text, next }) => `${host}: ${text} (${next})`).join('\n')

/** What a rehearsal must leave alone on the node that serves: the exports as mountd and the kernel have them. */
const exported = () =>
  ask(
    active,
    'md5sum /var/lib/nfs/etab; cat /proc/net/rpc/nfsd.export/flush; exportfs -s; losetup -a; cat /proc/mounts',
  )

/** Files, addresses and the like of both nodes; not the disks' digests, for the pair is serving. */
async function written(): Promise<readonly string[]> {
  const all = Object.values(await trees()).join('\n')
  return all.split('\n').filter(line => !/^[0-9a-f]{64} {2}-$/.test(line))
}

const refusals = [
  {
    title: 'a mount option that xfs gave up',
    edit: (doc: Document) =>
      doc.setIn(['volumes', 'media', 'mount-options'], doc.createNode(['noatime', 'nobarrier'])),
    says: [/media would not be mounted with "nobarrier": mount: .*Unknown parameter 'nobarrier'/],
  },
  {
    // What exports(5) does not know, the inventory refuses by itself; exportfs holds 511 characters a client.
    title: 'options that are too long for exportfs',
    edit: (doc: Document) =>
      doc.setIn(
        ['exports', 1, 'options'],
        doc.createNode(['rw', `replicas=/srv/${'x'.repeat(600)}@192.168.0.9`]),
      ),
    says: [/syntax error|expected client/],
  },
]

test.each(refusals)('$title is refused before anything is written', async ({ title, edit, says }) => {
  const file = edited(title.replaceAll(/\W+/g, '-'), edit)
  const before = [await written(), await exported()]
  const refused = await nfshaExits(5, 'deploy', file, '--yes')
  const said = refused.stdout + refused.stderr
  for (const words of says) expect(said).toMatch(words)
  for (const node of nodes) expect(said).toMatch(`a takeover by ${node} would fail`)
  const rehearsed = await nfshaExits(3, 'rehearse', file)
  for (const words of says) expect(rehearsed.stdout).toMatch(words)
  expect([await written(), await exported()]).toEqual(before)
  await nfshaExits(0, 'rehearse', pair)
})

interface Lack {
  readonly title: string
  readonly harm: string
  readonly heal: string
  readonly says: RegExp
}

const lacks: readonly Lack[] = [
  {
    title: 'a command that is gone',
    harm: 'mv /usr/sbin/exportfs /usr/sbin/exportfs.away',
    heal: 'mv /usr/sbin/exportfs.away /usr/sbin/exportfs',
    says: /exportfs is not there.*nfs-kernel-server/,
  },
  {
    title: 'an interface of another name',
    harm: 'ip -o -4 address show dev em1 >/tmp/em1; ip link set em1 down; ip link set em1 name lan9; ip link set lan9 up',
    heal: `ip link set lan9 down; ip link set lan9 name em1; ip link set em1 up
      ip address replace "$(awk '{ print $4 }' /tmp/em1)" dev em1`,
    says: /there is no interface em1/,
  },
]

test.each(lacks)('$title on the passive node: it says that it could not take over', async lack => {
  await ask(passive, lack.harm)
  try {
    expect(await concernsOf()).toMatch(lack.says)
    expect(await statusOf()).toMatchObject({ verdict: 'degraded' })
    await until(
      'the monitor says so',
      360,
      () => ask(passive, 'cat /run/nfsha/monitor/nfsha.prom; journalctl -u nfsha-monitor -o cat --no-pager'),
      text =>
        /nfsha_notice\{[^}]*id="cannot-take-over"\} 1/.test(text) && text.includes('event=cannot-take-over'),
    )
  } finally {
    await ask(passive, lack.heal)
  }
  await until(
    'the monitor sees that it is mended',
    360,
    () => ask(passive, 'cat /run/nfsha/monitor/state.json'),
    text => !text.includes('cannot-take-over'),
  )
})

test('an edit that counts at the next move is pending in status until then', async () => {
  await nfshaExits(0, 'deploy', pair, '--yes')
  const file = edited('lazytime', doc => {
    for (const volume of ['data', 'media'])
      doc.setIn(['volumes', volume, 'mount-options'], doc.createNode(['noatime', 'lazytime']))
  })
  await nfshaExits(0, 'deploy', file, '--yes')
  const told = (volume: string, options: string, before: string) => ({
    host: active,
    text: `the mount options of ${volume}: ${options} instead of ${before}`,
  })
  expect((await statusOf(file)).pending).toEqual([
    told('data', 'noatime,lazytime,errors=continue', 'noatime,errors=continue'),
    told('media', 'noatime,lazytime', 'noatime'),
  ])
  expect((await nfsha('status', file, '--timeout', '5m')).stdout).toMatch(/Pending until the next move/)
  await nfshaExits(0, 'switchover', file, '--yes')
  expect(await activeNode()).toBe(passive)
  expect(await ask(passive, 'grep -c "^/dev/drbd.*lazytime" /proc/mounts')).toBe('2')
  await until(
    'nothing is pending',
    120,
    async () => JSON.stringify((await statusOf(file)).pending),
    text => text === '[]',
  )
})
