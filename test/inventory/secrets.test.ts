import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { NfshaError } from '../../src/core/error.ts'
import { fingerprint, reveal } from '../../src/core/secret.ts'
import { type LoadOptions, loadInventory } from '../../src/inventory/load.ts'
import { parseSecretsFile } from '../../src/inventory/secrets-file.ts'
import { base, basePlus, baseWith } from './base.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nfsha-secrets-'))
})

interface Case {
  readonly text?: string
  readonly secrets?: string
  readonly mode?: number
  readonly env?: Record<string, string>
  readonly options?: LoadOptions
}

/** Loads an inventory in a folder of its own, with its secrets file beside it. */
async function load({ text = base, secrets, mode = 0o600, env = {}, options = {} }: Case) {
  const own = await mkdtemp(join(folder, 'case-'))
  await writeFile(join(own, 'c1.yml'), text)
  if (secrets !== undefined) {
    await writeFile(join(own, 'c1.secrets'), secrets)
    await chmod(join(own, 'c1.secrets'), mode)
  }
  return loadInventory('c1.yml', { env, cwd: own, stdin: { readText: () => Promise.resolve('') } }, options)
}

async function problem(given: Case): Promise<NfshaError> {
  const error: unknown = await load(given).then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (error instanceof NfshaError) return error
  throw new Error('it loads', { cause: error })
}

const good = '# a comment\nsalt = 00ff\nauthkey=k3y\n\ndrbd=p=ss\n'

describe('references', () => {
  it('to one file name all three', async () => {
    const { cluster } = await load({ secrets: good })
    expect(cluster.secrets.all.map(secret => [secret.name, reveal(secret)])).toEqual([
      ['salt', '00ff'],
      ['authkey', 'k3y'],
      ['drbd', 'p=ss'],
    ])
    expect(cluster.secrets.saltIsEphemeral).toBe(false)
    expect(cluster.heartbeat.auth.key && reveal(cluster.heartbeat.auth.key)).toBe('k3y')
    expect(cluster.drbd.sharedSecret && reveal(cluster.drbd.sharedSecret)).toBe('p=ss')
  })

  it('reach variables, keys, whole files and commands', async () => {
    const text = baseWith(
      'file:c1.secrets',
      '{ salt: "env:SALT", authkey: "command:printf one; printf two", drbd: "file:c1.secrets" }',
    )
    const { cluster } = await load({
      text,
      secrets: 'whole\n',
      env: { SALT: 's' },
      options: { allowCommands: true },
    })
    expect(cluster.secrets.all.map(reveal)).toEqual(['s', 'onetwo', 'whole'])
  })

  it('of a host beat those for all', async () => {
    const text = basePlus('ssh: { user: admin, become-password: "env:ALL", port: 2222 }')
      .replace('  a:\n', '  a:\n    ssh: { user: root, passphrase: "env:KEY" }\n')
      .replace('  b:\n', '  b:\n    ssh: { host: b.example, become-password: "env:B" }\n')
    const { cluster } = await load({ text, secrets: good, env: { ALL: 'all', KEY: 'key', B: 'own' } })
    const [a, b] = cluster.nodes
    expect(a.ssh).toMatchObject({ host: 'a', user: 'root', port: 2222 })
    expect(b.ssh).toMatchObject({ host: 'b.example', user: 'admin', port: 2222 })
    expect(
      [a.ssh.becomePassword, a.ssh.passphrase, b.ssh.becomePassword].map(each => each && reveal(each)),
    ).toEqual(['all', 'key', 'own'])
  })

  it('are not touched offline', async () => {
    const { cluster } = await load({
      text: baseWith('file:c1.secrets', '{ authkey: "command:touch ran", drbd: "env:NONE" }'),
      options: { offline: true },
    })
    expect(cluster.secrets.all.map(reveal)).toEqual(['placeholder-for-authkey', 'placeholder-for-drbd'])
  })

  it('may leave out the salt: then a new one is made for each run', async () => {
    const [one, other] = [await load({ secrets: 'authkey=k' }), await load({ secrets: 'authkey=k' })]
    expect(one.cluster.secrets.saltIsEphemeral).toBe(true)
    expect(fingerprint('x', one.cluster.secrets.salt)).not.toBe(fingerprint('x', other.cluster.secrets.salt))
  })
})

describe('what cannot be had is refused:', () => {
  const cases: readonly (readonly [string, Case, string, string])[] = [
    ['no file', {}, 'c1.secrets does not exist', 'nfsha init'],
    [
      'a file that others may read',
      { secrets: good, mode: 0o640 },
      'may be read by others (mode 0640)',
      'chmod 600',
    ],
    ['a file without the key', { secrets: 'salt=1\n' }, 'has no key "authkey"', 'nfsha init'],
    [
      'a variable not set',
      { text: baseWith('file:c1.secrets', '{ authkey: "env:NFSHA_NONE" }') },
      'NFSHA_NONE is not set',
      'export NFSHA_NONE',
    ],
    [
      'an empty variable',
      { text: baseWith('file:c1.secrets', '{ authkey: "env:E" }'), env: { E: '' } },
      'E is not set',
      'export E',
    ],
    [
      'a command not allowed',
      { text: baseWith('file:c1.secrets', '{ authkey: "command:echo x" }') },
      'commands are not allowed',
      '--allow-commands',
    ],
    [
      'a command that fails',
      {
        text: baseWith('file:c1.secrets', '{ authkey: "command:echo s3cret; exit 1" }'),
        options: { allowCommands: true },
      },
      'failed',
      'by hand',
    ],
    [
      'a command that says nothing',
      { text: baseWith('file:c1.secrets', '{ authkey: "command:true" }'), options: { allowCommands: true } },
      'printed nothing',
      'by hand',
    ],
    ['a key with white space', { secrets: 'authkey=a b\n' }, 'white space', 'nfsha init'],
    ['a long DRBD secret', { secrets: `authkey=a\ndrbd=${'x'.repeat(65)}\n` }, '64 characters', 'nfsha init'],
    ['an empty secret', { secrets: 'authkey=\n' }, 'is empty', 'nfsha init'],
  ]

  it.each(cases)('%s', async (_, given, message, hint) => {
    const error = await problem(given)
    expect(error.code).toBe('preflight')
    expect(error.message).toContain(message)
    expect(error.hint).toContain(hint)
    expect(error.at?.line).toBe(20)
    expect(inspect(error)).not.toMatch(/s3cret|k3y/)
  })

  it('all at once', async () => {
    const text = baseWith('file:c1.secrets', '{ authkey: "env:ONE", drbd: "env:TWO" }')
    expect((await problem({ text })).problems).toHaveLength(2)
  })

  it('a directory instead of a file', async () => {
    await mkdir(join(folder, 'd.secrets'), { mode: 0o700 })
    const error = await problem({ text: baseWith('file:c1.secrets', `file:${folder}/d.secrets`) })
    expect(error.message + JSON.stringify(error.problems)).toContain('cannot be read (EISDIR)')
  })
})

it('shows no secret, however the cluster is printed', async () => {
  const { cluster } = await load({ secrets: good })
  expect(inspect(cluster, { depth: 20 }) + JSON.stringify(cluster)).not.toMatch(/k3y|p=ss/)
})

it('reads keys and values of a secrets file', () => {
  const text = '# no=thing\r\n a = b c \r\nx==y\nnot a pair\n'
  expect([...parseSecretsFile(text)]).toEqual([
    ['a', 'b c'],
    ['x', '=y'],
  ])
})
