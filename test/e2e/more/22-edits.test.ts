import { execFileSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Document } from 'yaml'
import { keepEvidence } from '../support/evidence.ts'
import { allHold, holdOn, letGo, type Version, worstWaits } from '../support/holders.ts'
import { ask, type GuestName, until } from '../support/hosts.ts'
import { labAt, labWith } from '../support/lab.ts'
import { nfshaExits, scratch } from '../support/nfsha.ts'
import { activeNode, other, untilUpToDate } from '../support/pair.ts'
import { variant } from '../support/variant.ts'

/*
 * Each edit of docs/changes.md on a pair that serves clients of several versions, each holding a lock; then a move, a
 * move back, and a power cut of the node that serves. What the plan said is what happens: nfsd goes on or restarts,
 * nothing is lost, nothing is pending. The results go to edits.jsonl, and from there to docs/edits-matrix.md
 * (scripts/edits-matrix.mjs). One row: `-t 'mountd-port'`.
 */

interface Row {
  readonly edit: string
  readonly make: (doc: Document) => void
  /** Whether nfsd is to restart for it. */
  readonly restarts?: true
  /** What the pair serves before: lab.yml, or with 3 and 4.0 too. */
  readonly base?: 'every version'
  /** Versions that clients use from the edit on; those of the base unless said. */
  readonly used?: readonly Version[]
}

const everyVersion = (doc: Document) => doc.set('nfs', doc.createNode({ v3: true, v40: true }))
const every = { base: 'every version' } as const
const nfs = (key: string, value: unknown) => (doc: Document) => doc.setIn(['nfs', key], value)

const rows: readonly Row[] = [
  { edit: 'v3: on', make: nfs('v3', true), restarts: true, used: ['3', '4.2'] },
  { edit: 'v40: on', make: nfs('v40', true), restarts: true, used: ['4.0', '4.2'] },
  { edit: 'v3: off', make: nfs('v3', false), restarts: true, used: ['4.0', '4.2'], ...every },
  { edit: 'v40: off', make: nfs('v40', false), restarts: true, used: ['3', '4.2'], ...every },
  { edit: 'lock-recovery: off', make: nfs('lock-recovery', false), used: ['4.0', '4.2'], ...every },
  {
    edit: 'client-database-on-volume: off',
    make: nfs('client-database-on-volume', false),
    restarts: true,
    used: ['3'],
    ...every,
  },
  { edit: 'mountd-port', make: nfs('mountd-port', 20_049), ...every },
  { edit: 'statd-port', make: nfs('statd-port', 32_775), ...every },
  { edit: 'lockd-port', make: nfs('lockd-port', 32_813), restarts: true, ...every },
  {
    edit: 'lease-time and grace-time',
    make: doc => {
      nfs('lease-time', '15s')(doc)
      nfs('grace-time', '15s')(doc)
    },
    restarts: true,
    ...every,
  },
  { edit: 'threads', make: nfs('threads', 12), ...every },
  {
    edit: 'an export added',
    make: doc =>
      doc.addIn(
        ['exports'],
        doc.createNode({ path: '/srv/nfsha/more', clients: '192.168.0.0/24', mode: '0777' }),
      ),
    ...every,
  },
  {
    edit: 'options of an export',
    make: doc => doc.setIn(['exports', 0, 'options'], ['no_subtree_check', 'no_wdelay']),
    ...every,
  },
  {
    edit: 'mount-options',
    make: doc => doc.setIn(['volumes', 'data', 'mount-options'], ['noatime', 'commit=10']),
    ...every,
  },
  { edit: 'a VIP added', make: doc => doc.addIn(['vips'], '192.168.0.218'), ...every },
  { edit: 'preferred', make: doc => doc.setIn(['heartbeat', 'preferred'], 'm2'), ...every },
  { edit: 'timers of heartbeat', make: doc => doc.setIn(['heartbeat', 'deadtime'], '24s'), ...every },
  { edit: 'timers of DRBD', make: doc => doc.setIn(['drbd', 'ping-int'], '4s'), ...every },
  { edit: 'monitor', make: doc => doc.setIn(['monitor', 'interval'], '4s'), ...every },
]

const revision = execFileSync('git', ['describe', '--always', '--dirty=+changes'], {
  encoding: 'utf8',
}).trim()

/** Which nfsd runs: its first thread, by when it began. */
const nfsdOf = (node: GuestName) =>
  ask(node, `for pid in $(pgrep -x nfsd); do cut -d' ' -f22 /proc/$pid/stat; done | sort -n | head -n 1`)

describe.each(rows)('$edit', ({ edit, make, restarts, base, used }) => {
  test('what was said is what happens, now, at the next moves and at a power cut', async () => {
    keepEvidence()
    const first = variant('edits-every-version', everyVersion)
    if (base === undefined) await labAt('deployed')
    else await labWith('edits-every-version', first)
    const before: readonly Version[] = base === undefined ? ['4.2'] : ['3', '4.0', '4.2']
    const file = variant(`edits-${edit.replaceAll(/\W+/g, '-')}`, doc => {
      if (base !== undefined) everyVersion(doc)
      make(doc)
    })
    const kept = before.filter(version => used === undefined || used.includes(version))
    await holdOn(kept)
    const from = await activeNode()
    const result: Record<string, unknown> = { edit, base: base ?? 'lab.yml' }
    const note = async (what: string, versions: readonly Version[]) => {
      result[what] = await worstWaits(versions)
    }
    try {
      await worstWaits(kept)
      const nfsd = await nfsdOf(from)
      const { stdout } = await nfshaExits(0, 'deploy', file, '--yes')
      result.said = /clients wait/.test(stdout) ? 'clients wait' : 'clients notice nothing'
      expect(await activeNode(), 'nothing moved').toBe(from)
      expect((await nfsdOf(from)) !== nfsd, 'nfsd restarted').toBe(restarts === true)
      expect(result.said).toBe(restarts === true ? 'clients wait' : 'clients notice nothing')
      await allHold(kept, from)
      await note('edit_waits', kept)
      await nfshaExits(0, 'plan', file, '--detailed-exitcode')
      const added = (used ?? []).filter(version => !before.includes(version))
      await holdOn(added)
      const versions = [...kept, ...added]
      await allHold(versions, from)
      await worstWaits(versions)
      for (const to of [other(from), from]) {
        await nfshaExits(0, 'switchover', file, '--to', to, '--yes')
        await allHold(versions, to)
        await note(`move to ${to}`, versions)
      }
      await nfshaExits(0, 'lab', 'fault', 'power-cut', from, '--inventory', file)
      await until(
        `${other(from)} serves`,
        600,
        () => ask(other(from), 'cat /run/nfsha/group.active 2>/dev/null && echo serves || :'),
        text => text === 'serves',
      )
      await allHold(versions, other(from))
      await note('power cut', versions)
      await nfshaExits(0, 'lab', 'fault', 'power-on', from, '--inventory', file)
      await untilUpToDate()
      await nfshaExits(0, 'plan', file, '--detailed-exitcode')
      result.result = 'as said'
      await letGo(versions)
    } catch (cause) {
      result.result = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)
      throw cause
    } finally {
      const date = new Date().toISOString().slice(0, 16).replace('T', ' ')
      appendFileSync(join(scratch, 'edits.jsonl'), `${JSON.stringify({ ...result, date, revision })}\n`)
    }
  })
})
