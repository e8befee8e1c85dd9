import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { type Link, linkTo } from '../../src/drill/link.ts'
import { lookAtLock, verifyWorkload, workPath } from '../../src/drill/workload.ts'
import { localTransport } from '../../src/transport/local.ts'
import { loadExample } from '../fixtures/cluster.ts'

const example = (await loadExample('lab')).cluster
const root = mkdtempSync(join(tmpdir(), 'nfsha-lock-'))
const cluster = { ...example, exports: example.exports.map(each => ({ ...each, path: root })) }
const runId = '20260102-030405-aaaaaa'
const directory = join(workPath(cluster, runId), '4.2')
const links: Link[] = []

afterEach(async () => {
  await Promise.all(links.splice(0).map(each => each.close()))
  rmSync(directory, { recursive: true, force: true })
})
afterAll(() => rmSync(root, { recursive: true }))

/** A node that is this machine. */
function node(): Link {
  const ssh = { host: 'here', become: false, connectTimeoutMs: 1, keepaliveMs: 1 }
  const made = linkTo(localTransport(), { name: 'here', ssh }, new AbortController().signal)
  links.push(made)
  return made
}

function writeLockFile(): void {
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'lock'), '')
}

const look = (server: Link) => lookAtLock(cluster, runId, '4.2', server)

/** Runs while another process has the lock, taken as the client's program takes it. */
async function whileLocked(body: () => Promise<void>): Promise<void> {
  const program =
    '$| = 1; sysopen F, $ARGV[0], O_RDWR or die; my $l = pack "s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0; fcntl F, F_SETLK, $l or die; print "taken"; sleep 20'
  const holder = spawn('perl', ['-MFcntl', '-e', program, join(directory, 'lock')])
  try {
    await once(holder.stdout, 'data')
    await body()
  } finally {
    holder.kill()
  }
}

test('a lock that somebody has is held', async () => {
  writeLockFile()
  await whileLocked(async () => {
    expect(await look(node())).toEqual({ version: '4.2', isHeld: true, said: 'held' })
  })
})

test('a lock that nobody has is free', async () => {
  writeLockFile()
  expect(await look(node())).toEqual({ version: '4.2', isHeld: false, said: 'free' })
})

test('a question whose session broke is asked again', async () => {
  writeLockFile()
  const server = node()
  await (await server.session()).close()
  expect(await look(server)).toMatchObject({ isHeld: false })
})

test('who cannot be asked says why, and nothing of the lock', async () => {
  expect(await look(node())).toEqual({
    version: '4.2',
    isHeld: undefined,
    said: `here: ${join(directory, 'lock')}: No such file or directory`,
  })
})

test('a comparison that cannot be made says why', async () => {
  const here = node()
  const failing: Link = { ...here, ask: () => here.ask('echo "mount.nfs: timed out" >&2; exit 32', 10_000) }
  expect(await verifyWorkload({ cluster, runId, versions: ['4.2'] }, failing)).toBe(
    'here: mount.nfs: timed out',
  )
})
