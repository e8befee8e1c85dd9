import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { maskText, revealText, Secret, type SecretText } from '../../src/core/secret.ts'
import { expectedFile, file, versionCommand, versionOf } from '../../src/facts/file.ts'
import { maxFileBytes } from '../../src/facts/paths.ts'
import { runProbe } from './run-probe.ts'

const salt = new Secret('salt', 'Ab6\\"$`%s\u00e9 6666')
let directory = ''

beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "nfsha file's-")))
  mkdirSync(join(directory, 'drbd.d'))
})
afterAll(() => rmSync(directory, { recursive: true }))

/** Writes a file as this process's user and reads it back by the probe. */
function writeAndRead(name: string, content: string | Buffer, shell?: string) {
  const path = join(directory, name)
  writeFileSync(path, content)
  chmodSync(path, 0o640)
  return runProbe(file(path, { salt }), shell)
}

describe('file', () => {
  it.each([
    ['with a line', 'plain text\n'],
    ['empty', ''],
    ['without a last line end', 'a\nb'],
    ['with empty lines at the end', 'a\n\n\n'],
    ['only a line end', '\n'],
    ['beyond ASCII', 'größe → ☃\n'],
    ['backslashes and percent signs', '%s \\n \\033 $HOME `id`\n'],
  ])('reads a file %s', (_, content) => {
    expect(writeAndRead('plain', content)).toEqual({
      state: 'present',
      value: expect.objectContaining({
        kind: 'file',
        mode: '0640',
        content,
        version: versionOf('/plain', [content]),
      }),
    })
  })

  it('names the owner', () => {
    const owner = spawnSync('id', ['-un'], { encoding: 'utf8' }).stdout.trim()
    expect(writeAndRead('owned', '')).toMatchObject({
      value: { owner: expect.stringMatching(`^${owner}:`) },
    })
  })

  it('says absent where the kernel says so', () => {
    expect(runProbe(file(join(directory, 'nothing/here')))).toEqual({ state: 'absent' })
  })

  it.each([
    ['below a file', () => join(directory, 'plain/x'), /Not a directory/],
    ['of NUL bytes', () => writeAndReadPath('nul', Buffer.from([65, 0, 66])), /not UTF-8/],
    ['in Latin-1', () => writeAndReadPath('latin', Buffer.from([0xe4, 0x0a])), /not UTF-8/],
    ['too large', () => writeAndReadPath('large', 'x'.repeat(maxFileBytes + 1)), /65537 bytes/],
  ])('does not know a file %s', (_, path, reason) => {
    writeFileSync(join(directory, 'plain'), '')
    expect(runProbe(file(path()))).toEqual({ state: 'unknown', reason: expect.stringMatching(reason) })
  })

  it('tells directories and symbolic links from files', () => {
    const link = join(directory, 'link')
    symlinkSync('some where', link)
    expect(runProbe(file(link))).toMatchObject({ value: { kind: 'symlink', target: 'some where' } })
    expect(runProbe(file(directory))).toMatchObject({ value: { kind: 'directory', mode: '0700' } })
    expect(runProbe(file('/dev/null'))).toMatchObject({ value: { kind: 'other', mode: '0666' } })
  })

  function writeAndReadPath(name: string, content: string | Buffer): string {
    writeFileSync(join(directory, name), content)
    return join(directory, name)
  }
})

describe("a package's conffile", () => {
  // dpkg has a conffile of its own: /etc/alternatives/README or the like, on every Debian.
  const list = spawnSync('dpkg-query', ['-W', `-f=\${Conffiles}\n`, 'dpkg'], { encoding: 'utf8' }).stdout
  const [, path = '', shipped = ''] = /^ (\S+) ([0-9a-f]{32})$/m.exec(list) ?? []

  it('is pristine exactly while it has the sum that dpkg keeps', () => {
    const found = runProbe(file(path, { shippedBy: 'dpkg' }))
    const sum = spawnSync('md5sum', [path], { encoding: 'utf8' }).stdout.slice(0, 32)
    expect(path).not.toBe('')
    expect(found.state === 'present' && found.value.version === 'pristine').toBe(sum === shipped)
  })

  it('is not what another package ships', () => {
    expect(runProbe(file(path, { shippedBy: 'bash' }))).not.toMatchObject({ value: { version: 'pristine' } })
  })
})

describe('secrets in files', () => {
  const authkeys: SecretText = ['# managed\nauth 1\n1 sha1 ', new Secret('k', 'Ab %s\\n"x'), '\n']
  const resource: SecretText = [
    'resource data {\n net { cram-hmac-alg sha1; shared-secret "',
    new Secret('d', 'a;b $x`y'),
    '"; }\n}\n',
  ]

  it.each([
    ['authkeys', authkeys],
    ['drbd.d/data.res', resource],
    ['stonith-device-1', ['# of m2\nipaddr=10.0.0.2\npasswd="', new Secret('p', 'x=$y'), '"\n']],
    ['ha.cf', ['stonith_host m1 external/nfsha m2\n']],
  ] as readonly (readonly [string, SecretText])[])(
    'are fingerprints as the controller makes them: %s',
    (name, content) => {
      for (const shell of ['dash', 'bash']) {
        const found = writeAndRead(name, revealText(content), shell)
        expect(found).toMatchObject({
          value: { content: maskText(content, salt), version: versionOf(`/${name}`, content) },
        })
      }
    },
  )

  it('agree with what is expected after a put', () => {
    const path = join(directory, 'authkeys')
    const found = writeAndRead('authkeys', revealText(authkeys))
    const owner = found.state === 'present' ? found.value.owner : ''
    expect(found).toEqual(expectedFile(path, { content: authkeys, mode: '0640', owner }, salt))
  })

  it('agree for any key and salt', () => {
    const word = fc
      .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 80 })
      .filter(s => !/^\s|\s$/.test(s))
    fc.assert(
      fc.property(word, fc.string({ minLength: 1, maxLength: 90 }), (key, saltText) => {
        const content = ['1 sha1 ', new Secret('k', key), '\n']
        const anySalt = new Secret('salt', saltText)
        const path = join(directory, 'authkeys')
        writeFileSync(path, revealText(content))
        expect(runProbe(file(path, { salt: anySalt }))).toMatchObject({
          value: { content: maskText(content, anySalt) },
        })
      }),
      { numRuns: 40 },
    )
  })

  it.each([
    ['authkeys', 'auth 2\n1 crc\n2 md5 old secret words\n', 'old secret words'],
    ['authkeys', 'auth 1\n 1\tsha1\tHello!', 'Hello!'],
    ['drbd.d/old.res', 'net { shared-secret "a\\"old"; } # shared-secret older;\n', 'old'],
    ['drbd.d/old.res', 'net { shared-secret FooFunFactory; }', 'FooFunFactory'],
    ['stonith-device-2', 'userid=admin\npasswd="hunter2"\n', 'hunter2'],
    ['ha.cf', 'stonith_host * external/ipmi m2 10.0.0.1 admin hunter2 lan\n', 'hunter2'],
  ])('of others never leave the node: %s %j', (name, text, secret) => {
    const found = writeAndRead(name, text)
    expect(found.state).toBe('present')
    expect(JSON.stringify(found)).not.toContain(secret)
    expect(JSON.stringify(found)).toContain('hmac:')
  })

  it('in a form that nobody can mask make the file unknown', () => {
    expect(writeAndRead('drbd.d/odd.res', 'net { shared-secret \n"hidden"; }\n')).toEqual({
      state: 'unknown',
      reason: expect.stringMatching(/cannot be masked/),
    })
  })

  it('are not in the question, nor the salt', () => {
    const probe = file('/etc/ha.d/authkeys', { salt })
    expect(probe.id).toBe('file:/etc/ha.d/authkeys')
    expect(probe.script).not.toContain('Ab6')
    expect(() => file('/etc/ha.d/authkeys')).toThrow(/salt/)
  })

  it('do not move the version, so that a guard needs no key', () => {
    const path = join(directory, 'authkeys')
    writeFileSync(path, revealText(authkeys))
    const { stdout } = spawnSync('sh', ['-c', versionCommand(path)], { encoding: 'utf8' })
    expect(stdout.slice(0, 64)).toBe(versionOf(path, authkeys))
    expect(versionOf(path, authkeys)).toBe(versionOf(path, ['# managed\nauth 1\n1 sha1 ', '\n']))
  })
})
