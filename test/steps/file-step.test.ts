import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Guard } from '../../src/core/action.ts'
import { type Diff, expects, refusal } from '../../src/core/diff.ts'
import { absent, present } from '../../src/core/fact.ts'
import { Secret, type SecretText } from '../../src/core/secret.ts'
import type { NodeFile } from '../../src/core/step.ts'
import { expectedFile } from '../../src/facts/file.ts'
import { unit, unitFromPackage } from '../../src/facts/unit.ts'
import { systemctl } from '../../src/steps/_command.ts'
import { type FileStepFields, fileStep } from '../../src/steps/_file.ts'
import { ownedFile } from '../../src/steps/_file-diff.ts'
import { runProbe } from '../facts/run-probe.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { known, m1, plan } from './ha-fixture.ts'

const cluster = exampleCluster()
const { salt } = cluster.secrets

function wanted(path: string, content: SecretText = ['text\n'], more: Partial<NodeFile> = {}): NodeFile {
  return { path, template: 'x', content, mode: '0644', owner: 'root:root', ...more }
}

type Fields = Partial<FileStepFields<Record<string, ReturnType<typeof unit>>, undefined>>

/** The diff of a step that wants one file, on a node where `said` holds. */
function diffOf(file: NodeFile, said: Parameters<typeof plan>[1][string] = [], more: Fields = {}): Diff {
  const step = fileStep({ id: 'x', title: 'X', files: () => [file], ...more })
  return plan(step, { [m1]: said })[m1] ?? refusal('none', '', '')
}

function actionsOf(diff: Diff) {
  return diff.kind === 'change' ? diff.actions : []
}

describe('fileStep', () => {
  const path = '/etc/some dir/x.conf'

  it('creates a file, its directory first', () => {
    expect(diffOf(wanted(path))).toMatchObject({
      kind: 'change',
      symbol: '+',
      summary: `create ${path}`,
      risk: 'safe',
      actions: [
        { kind: 'run', argv: ['mkdir', '-p', '-m', '0755', '/etc/some dir'] },
        { kind: 'put', path, mode: '0644', owner: 'root:root' },
      ],
      display: [{ kind: 'file', path, before: undefined, after: 'text\n' }],
    })
  })

  it('finds its own file in sync', () => {
    const said = [known(ownedFile(cluster, path), expectedFile(path, wanted(path), salt))]
    expect(diffOf(wanted(path), said)).toEqual({ kind: 'in-sync' })
  })

  it.each([
    ['mode', { mode: '0600' }, [['chmod', '0644', path]]],
    ['owner', { owner: 'nobody:root' }, [['chown', 'root:root', path]]],
    [
      'both',
      { mode: '4755', owner: 'a:b' },
      [
        ['chown', 'root:root', path],
        ['chmod', '0644', path],
      ],
    ],
  ])('mends %s without writing', (_, found, argvs) => {
    const fact = expectedFile(path, { ...wanted(path), ...found }, salt)
    const diff = diffOf(wanted(path), [known(ownedFile(cluster, path), fact)])
    expect(actionsOf(diff)).toMatchObject(argvs.map(argv => ({ kind: 'run', argv })))
  })

  it('shows secrets as fingerprints only', () => {
    const keys = '/etc/ha.d/authkeys'
    const old: SecretText = ['1 sha1 ', new Secret('old', 'old-key'), '\n']
    const now: SecretText = ['1 sha1 ', new Secret('new', 'new-key'), '\n']
    const said = [known(ownedFile(cluster, keys), expectedFile(keys, wanted(keys, old), salt))]
    const diff = diffOf(wanted(keys, now), said)
    expect(diff.kind).toBe('change')
    expect(JSON.stringify(diff)).not.toMatch(/old-key|new-key/)
    expect(JSON.stringify(diff)).toMatch(/-?1 sha1 hmac:[0-9a-f]{16}/)
  })

  it('refuses a directory in the place of a file', () => {
    const said = [
      known(
        ownedFile(cluster, path),
        present({ kind: 'directory' as const, mode: '0755', owner: 'root:root' }),
      ),
    ]
    expect(diffOf(wanted(path), said)).toMatchObject({ kind: 'refusal', id: 'not-a-file' })
  })
})

describe('the effect of a file step', () => {
  const path = '/etc/x.conf'
  const service = unit('x.service')
  const inPlace = [known(ownedFile(cluster, path), expectedFile(path, wanted(path), salt))]
  const started = unitFromPackage(true)
  const more: Fields = {
    reads: () => ({ service }),
    effect: (_given, { facts }, _peer, changed) =>
      facts.service?.state === 'present' && changed.length === 0
        ? undefined
        : {
            summary: 'restart x',
            actions: [systemctl('restart', 'x.service')],
            expect: { self: [expects(service, started)] },
            risk: 'disruptive',
          },
  }

  it('follows the file that changed', () => {
    const diff = diffOf(wanted(path), [known(service, started)], more)
    expect(diff).toMatchObject({ summary: 'create /etc/x.conf; restart x', risk: 'disruptive', symbol: '+' })
    expect(actionsOf(diff).map(({ kind }) => kind)).toEqual(['put', 'run'])
  })
  it('is mended alone when only the run time disagrees', () => {
    expect(diffOf(wanted(path), inPlace, more)).toMatchObject({ summary: 'restart x', symbol: '~' })
  })
  it('is in sync when both agree', () => {
    expect(diffOf(wanted(path), [...inPlace, known(service, started)], more)).toEqual({ kind: 'in-sync' })
  })
  it('may refuse', () => {
    const refuse: Fields = { effect: () => refusal('no', 'because', 'do') }
    expect(diffOf(wanted(path), [], refuse)).toMatchObject({ kind: 'refusal', id: 'no' })
  })
})

describe('the guard of a put', () => {
  let directory = ''
  beforeAll(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), "nfsha guard's-")))
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  /** The guard that is made for what is at `path` now. */
  function guardFor(path: string): Guard {
    const fact = existsSync(path) ? runProbe(ownedFile(cluster, path)) : absent()
    const put = actionsOf(diffOf(wanted(path, ['wanted\n']), [known(ownedFile(cluster, path), fact)])).at(-1)
    if (put?.guard === undefined) throw new TypeError('a put has a guard')
    return put.guard
  }
  const run = ({ script }: Guard) => spawnSync('sh', ['-s'], { input: `(\n${script}\n)`, encoding: 'utf8' })

  it.each(['plain', 'authkeys'])('holds while %s is as it was, and not after a change', name => {
    const path = join(directory, name)
    writeFileSync(path, '1 sha1 key\n')
    const guard = guardFor(path)
    expect(run(guard)).toMatchObject({ status: 0, stdout: '' })
    writeFileSync(path, '2 md5 key\n')
    expect(run(guard)).toMatchObject({ status: 1, stdout: 'it was changed since\n' })
    rmSync(path)
    expect(run(guard).status).toBe(1)
  })

  it('holds while nothing is there, a dangling link being something', () => {
    const path = join(directory, 'new')
    const guard = guardFor(path)
    expect(run(guard).status).toBe(0)
    symlinkSync('/nowhere', path)
    expect(run(guard)).toMatchObject({ status: 1, stdout: 'it exists now\n' })
  })

  it('does not mind a mode that moved', () => {
    const path = join(directory, 'mode')
    writeFileSync(path, 'x\n')
    const guard = guardFor(path)
    chmodSync(path, 0o600)
    expect(run(guard).status).toBe(0)
  })

  it('has no secret in it', () => {
    const path = join(directory, 'authkeys')
    writeFileSync(path, '1 sha1 very-secret\n')
    expect(guardFor(path).script).not.toMatch(/very-secret|fingerprint/)
  })
})
