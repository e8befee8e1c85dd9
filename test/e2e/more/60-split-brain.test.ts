import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { keepEvidence } from '../support/evidence.ts'
import { cutOff, drbd, fault, heal, untilServes, writesGoOn } from '../support/fenced.ts'
import { ask, type GuestName, nodes, on, until } from '../support/hosts.ts'
import { keepAs, labAt, takeUp } from '../support/lab.ts'
import { nfsha, nfshaExits, start } from '../support/nfsha.ts'
import { activeNode, untilUpToDate } from '../support/pair.ts'
import { inventory } from '../support/variant.ts'

/*
 * A split-brain made for real: all links of m1 cut, both sides written, healed. A client has the export
 * mounted and writes all the time. Then either side is given up.
 */

/** A number a line, acknowledged once it is synced; and a file that stays open on the client. */
async function startWriting(): Promise<void> {
  await ask(
    'c1',
    `mkdir -p /mnt/nfsha && mount -t nfs -o vers=4.2,hard 192.168.0.219:/srv/nfsha/data /mnt/nfsha
     cd /mnt/nfsha && mkdir docs && echo shared > docs/shared && echo gone > docs/gone && echo keep > docs/keep && sync docs/*
     rm -f /tmp/stop /tmp/failed; : > /tmp/acknowledged
     setsid sh -c 'n=0; while [ ! -e /tmp/stop ]; do n=$((n+1)); { echo "$n" >> /mnt/nfsha/log && sync /mnt/nfsha/log && echo "$n" >> /tmp/acknowledged; } || echo "$n" >> /tmp/failed; sleep 0.2; done' >/dev/null 2>&1 &
     :`,
  )
  await writesGoOn()
}

const failedWrites = () => ask('c1', 'cat /tmp/failed 2>/dev/null || echo none')

async function untilHealthy(): Promise<void> {
  await until(
    'healthy',
    600,
    async () => String((await nfsha('status', inventory, '--timeout', '1m')).code),
    code => code === '0',
  )
}

interface Shown {
  readonly verdict: string
  readonly next: readonly string[]
  readonly volumes: readonly {
    readonly relation: string
    readonly changes: readonly { readonly path: string; readonly changedOn: readonly string[] }[]
    readonly sides: readonly {
      readonly node: GuestName
      readonly outOfSyncKib: number
      readonly lastWrite: { readonly path: string }
      readonly readAt: { readonly kind: string; readonly command: string }
    }[]
  }[]
}

async function show(): Promise<Shown> {
  const { stdout } = await nfshaExits(0, 'split-brain', 'show', inventory, '--format', 'json')
  return JSON.parse(stdout) as Shown
}

const repair = ['split-brain', 'repair', inventory, '--yes']
const discardM1 = [...repair, '--discard', 'm1', '--allow-data-loss', 'data@m1']
const discardM2 = [...repair, '--discard', 'm2', '--allow-data-loss', 'data@m2']

const parted = 'split-brain'

/** The pair once it has parted; made once, then a snapshot. */
async function whenParted(): Promise<void> {
  if (!(await takeUp(parted, inventory))) await part()
}

async function part(): Promise<void> {
  await labAt('deployed')
  expect(await activeNode()).toBe('m1')
  await startWriting()
  await cutOff()
  await untilServes('m2')
  await writesGoOn()
  expect((await nfsha('status', inventory, '--timeout', '1m')).code).toBe(12)
  await ask(
    'm1',
    'cd /srv/nfsha/data && echo m1 > docs/only-m1 && echo m1 >> docs/shared && rm docs/gone && mkdir docs/new && sync -f .',
  )
  await ask(
    'c1',
    'cd /mnt/nfsha && echo m2 > "docs/only m2" && echo m2m2 >> docs/shared && sync docs/shared "docs/only m2"',
  )
  await ask('c1', `setsid sh -c 'exec 7<"/mnt/nfsha/docs/only m2"; sleep 100000' >/dev/null 2>&1 & sleep 1`)
  await heal()
  for (const node of nodes)
    await until(
      `${node} gave up`,
      300,
      () => drbd(node),
      text => text.includes('cs:StandAlone ro:Secondary'),
    )
  await keepAs(parted)
}

beforeEach(() => keepEvidence())

describe('while it lasts', () => {
  beforeAll(whenParted)

  test('status says split-brain, and show what each side has', async () => {
    const status = await nfsha('status', inventory, '--timeout', '1m')
    expect(status.code).toBe(12)
    expect(status.stdout).toContain('nfsha split-brain show')
    const { verdict, volumes, next } = await show()
    const [volume] = volumes
    expect(verdict).toBe('divided')
    expect(volume?.relation).toBe('diverged')
    const changed = volume?.changes.map(({ path, changedOn }) => `${changedOn.join('+')} ${path}`)
    // The writer's file was just being written when they parted: which side has changed it since cannot be told of m1's.
    expect(changed?.at(-1)).toMatch(/m2 data\/log$/)
    expect(changed?.slice(0, -1)).toEqual([
      'm1 data/docs/gone',
      'm1 data/docs/new',
      'm2 data/docs/only m2',
      'm1 data/docs/only-m1',
      'm1+m2 data/docs/shared',
    ])
    for (const { node, outOfSyncKib, readAt } of volume?.sides ?? []) {
      expect(outOfSyncKib).toBeGreaterThan(0)
      expect(readAt.kind).toBe('aside')
      // The command is for a person: its shell reads what they type.
      const typed = `printf 'cat data/docs/shared; touch data/x 2>&1 | grep -io read-only\\n' | ${readAt.command}`
      expect(await ask(node, typed)).toMatch(new RegExp(`^shared\n${node}`))
      expect(await ask(node, 'losetup -a; grep aside /proc/mounts || :')).toBe('')
    }
    expect(next).toHaveLength(2)
    const { stdout } = await nfshaExits(0, 'split-brain', 'show', inventory)
    expect(stdout).toContain('Split-Brain detected but unresolved')
    for (const node of nodes) expect(stdout).toContain(`--discard ${node}`)
  })

  test.each([
    ['plan', ['plan', inventory]],
    ['deploy', ['deploy', inventory, '--yes']],
    ['switchover', ['switchover', inventory, '--yes']],
    ['switchover --to', ['switchover', inventory, '--yes', '--to', 'm2']],
  ])('%s refuses, and points to it', async (_, words) => {
    const { stdout, stderr } = await nfshaExits(5, ...words)
    expect(stdout + stderr).toContain('nfsha split-brain show')
  })

  test('what is lost must be named, and mistakes are told', async () => {
    const before = await Promise.all(nodes.map(drbd))
    const unnamed = await nfshaExits(5, ...repair, '--discard', 'm1')
    expect(unnamed.stdout).toContain('docs/only-m1')
    expect(unnamed.stderr).toContain('--allow-data-loss data@m1')
    for (const [words, message] of [
      [[...repair, '--discard', 'm3'], 'no node m3'],
      [repair, '--discard'],
      [[...discardM1, '--copy', 'here'], 'not an absolute path'],
      [[...discardM1, '--copy', '/srv/nfsha/data/x'], 'is on data itself'],
      [[...repair, '--discard', 'm1', '--allow-data-loss', 'dat@m1'], 'did you mean data@m1?'],
      [['split-brain', 'repair', inventory, '--discard', 'm1'], '--yes is missing'],
    ] as const)
      expect((await nfshaExits(64, ...words)).stderr).toContain(message)
    expect(await Promise.all(nodes.map(drbd))).toEqual(before)
  })

  test('a side that is used by hand, a survivor without heartbeat and a cut link are refused', async () => {
    await ask('m2', 'systemctl stop heartbeat; drbdadm primary data && mount /dev/drbd0 /mnt')
    const used = await nfshaExits(5, ...discardM2)
    expect(used.stderr).toContain('m2 is in use without heartbeat: data is Primary')
    await ask('m2', 'umount /mnt; drbdadm secondary data')
    const stopped = await nfshaExits(5, ...discardM1)
    expect(stopped.stderr).toContain('heartbeat does not run on m2, which is to serve')
    await fault('link-down', 'em3')
    const cut = await nfshaExits(5, ...discardM2)
    expect(cut.stderr).toContain('m2 does not reach m1 at 172.16.100.210 (link em3)')
    await fault('link-up', 'em3')
    for (const node of nodes) expect(await drbd(node)).toContain('cs:StandAlone ro:Secondary')
  })
})

describe('m1 gives way, and nobody serves before', () => {
  beforeAll(whenParted)

  test('m2 serves what the client wrote, and what m1 had is copied first', async () => {
    const { stdout } = await nfshaExits(0, ...discardM1, '--copy', '/root/from-m1')
    expect(stdout).toContain('data: data/docs/only-m1')
    expect(stdout).toContain('copied to /root/from-m1 on m1')
    expect(await activeNode()).toBe('m2')
    const copied = await ask('m1', 'cd /root/from-m1/data/data/docs && cat only-m1 shared && ls')
    expect(copied).toBe('m1\nshared\nm1\nnew\nonly-m1\nshared')
    await writesGoOn()
    expect(await failedWrites()).toBe('none')
    expect(await ask('c1', 'cd /mnt/nfsha/docs && cat shared "only m2" gone; ls')).toBe(
      'shared\nm2m2\nm2\ngone\ngone\nkeep\nonly m2\nshared',
    )
    await untilUpToDate()
    await untilHealthy()
    await nfshaExits(0, 'plan', inventory, '--detailed-exitcode')
  })

  test('both nodes and the journal know what was seen', async () => {
    for (const node of nodes) {
      const saved = await ask(
        node,
        'cd /var/lib/nfsha/split-brain/* && stat -c %a . && cat sides.txt node.txt',
      )
      expect(saved).toMatch(/^700\n/)
      expect(saved).toContain('data/docs/only-m1')
      expect(saved).toContain('Split-Brain detected but unresolved')
      expect(await ask(node, 'ls /var/lib/nfsha/guard')).not.toMatch(/split-brain|superseded|chosen|refused/)
    }
    const { stdout } = await nfshaExits(0, 'journal', 'show', 'last', '-vvv')
    expect(stdout).toContain('data/docs/only-m1')
  })

  test('there is nothing to repair a second time', async () => {
    const { stderr } = await nfshaExits(5, ...discardM1)
    expect(stderr).toContain('there is no split-brain')
  })

  test('each acknowledged write is there, or in the copy, and both sides are the same', async () => {
    // After the heal both had the VIP for seconds, and m1 took some of the client's writes.
    const missing = await ask(
      'c1',
      'touch /tmp/stop; sleep 2; sort /tmp/acknowledged > /tmp/a; sort /mnt/nfsha/log > /tmp/b; comm -23 /tmp/a /tmp/b',
    )
    const copied = await ask('m1', 'cat /root/from-m1/data/data/log')
    for (const line of missing.split('\n').filter(Boolean)) expect(copied.split('\n')).toContain(line)
    await nfshaExits(0, 'verify', inventory, '--yes')
  })
})

describe('m2 gives way while m1 serves', () => {
  /** Changes with each start of the group. */
  const turn = () => ask('m1', 'stat -c "%i %Y" /run/nfsha/group.active /var/lib/nfsha/guard/data.record')
  const openFile = () =>
    on(
      'c1',
      `for fd in /proc/[0-9]*/fd/7; do case $(readlink $fd) in */docs/only*) cat <$fd; exit ;; esac; done; exit 9`,
    )

  beforeAll(async () => {
    await whenParted()
    await ask('m1', 'touch /var/lib/nfsha/guard/data.chosen; /etc/ha.d/resource.d/nfsha lab start')
    expect(await activeNode()).toBe('m1')
    await writesGoOn()
  })

  test('killed in the middle and run again, it ends, and m1 serves all the time', async () => {
    const before = await turn()
    const running = start(discardM2)
    await running.saw(/split-brain-survivor: /)
    process.kill(running.pid, 'SIGKILL')
    await running.ended
    await until(
      'm2 left heartbeat',
      120,
      () => ask('m2', 'cl_status hbstatus 2>&1 || :'),
      text => text.includes('stopped'),
    )
    const { stdout } = await nfshaExits(0, ...discardM2, '--lock-timeout', '300')
    expect(stdout).toContain('data: data/docs/only m2')
    expect(await activeNode()).toBe('m1')
    expect(await turn()).toBe(before)
    await untilHealthy()
  })

  test('the client writes on; only a file that was made on the other side is gone, for who has it open too', async () => {
    await writesGoOn()
    expect(await failedWrites()).toBe('none')
    expect(await ask('c1', 'cd /mnt/nfsha/docs && cat shared only-m1; ls')).toBe(
      'shared\nm1\nm1\nkeep\nnew\nonly-m1\nshared',
    )
    const open = await openFile()
    expect(open.code).not.toBe(9)
    expect(open.stderr).toContain('Stale file handle')
  })
})
