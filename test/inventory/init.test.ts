import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { reveal } from '../../src/core/secret.ts'
import { initInventory } from '../../src/inventory/init.ts'
import { initDefaults, newSecretsText } from '../../src/inventory/init-text.ts'
import { loadInventory } from '../../src/inventory/load.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nfsha-init-'))
})

const io = () => ({ env: {}, cwd: folder, stdin: { readText: () => Promise.resolve('') } })

describe('init', () => {
  it('makes an inventory that loads with its secrets, and lints clean', async () => {
    const result = await initInventory(join(folder, 'web.yml'), {
      ...initDefaults,
      cluster: 'web',
      nodes: ['Web1', 'web2.example.net'],
    })
    expect(result).toEqual({
      inventory: join(folder, 'web.yml'),
      secrets: join(folder, 'web.secrets'),
      gitignore: join(folder, '.gitignore'),
    })
    const { cluster, lint } = await loadInventory('web.yml', io())
    expect(cluster.nodes.map(node => node.name)).toEqual(['Web1', 'web2.example.net'])
    expect(cluster.secrets.all.every(secret => reveal(secret).length >= 43)).toBe(true)
    expect(lint.filter(({ severity }) => severity !== 'note')).toEqual([])
    expect(lint.map(({ id }) => id)).not.toContain('fsid-derived')
  })

  it('keeps the secrets from others and from git', async () => {
    const { secrets } = await initInventory(join(folder, 'web.yaml'), initDefaults)
    expect((await stat(secrets)).mode & 0o777).toBe(0o600)
    expect(await readFile(join(folder, '.gitignore'), 'utf8')).toBe('/web.secrets\n')
  })

  it.each([
    ['node_modules', 'node_modules\n/web.secrets\n'],
    ['*.secrets\n', '*.secrets\n'],
    ['/web.secrets\n', '/web.secrets\n'],
  ])('adds to a .gitignore of %j what is missing', async (before, after) => {
    await writeFile(join(folder, '.gitignore'), before)
    await initInventory(join(folder, 'web.yml'), initDefaults)
    expect(await readFile(join(folder, '.gitignore'), 'utf8')).toBe(after)
  })

  it.each(['web.yml', 'web.secrets'])('refuses to overwrite %s, and then writes nothing', async name => {
    await writeFile(join(folder, name), 'mine')
    await expect(initInventory(join(folder, 'web.yml'), initDefaults)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining(`${name} exists already`),
    })
    expect(await readdir(folder)).toEqual([name])
    expect(await readFile(join(folder, name), 'utf8')).toBe('mine')
  })

  it.each([
    [{ cluster: 'a b' }, 'is not a name for a cluster'],
    [{ nodes: ['a', 'A'] as const }, 'are one name'],
    [{ vip: 'fe80::1' }, 'IPv6'],
    [{ disk: 'sdb' }, 'not an absolute path'],
    [{ mount: '/etc' }, 'belongs to the system'],
  ])('refuses answers that make no inventory: %j', async (answers, message) => {
    const broken = initInventory(join(folder, 'web.yml'), { ...initDefaults, ...answers })
    await expect(broken).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining(message) })
    expect(await readdir(folder)).toEqual([])
  })

  it.each(['10.0.0.50', '10.0.0.10', '172.20.1.11'])('puts examples beside the VIP %s', async vip => {
    await initInventory(join(folder, 'web.yml'), { ...initDefaults, vip })
    const { lint } = await loadInventory('web.yml', io())
    expect(lint.filter(({ severity }) => severity !== 'note')).toEqual([])
  })

  it('takes a mount point with a space', async () => {
    await initInventory(join(folder, 'web.yml'), { ...initDefaults, mount: '/srv/my data' })
    const { cluster } = await loadInventory('web.yml', io())
    expect(cluster.exports[0]?.path).toBe('/srv/my data/data')
  })

  it('says where it cannot write', async () => {
    const broken = initInventory(join(folder, 'none', 'web.yml'), initDefaults)
    await expect(broken).rejects.toMatchObject({ code: 'failed', hint: expect.any(String) })
  })
})

it('makes new secrets each time, fit for authkeys and drbd.conf', () => {
  const random = (size: number) => Buffer.alloc(size, 0xfb)
  const text = newSecretsText('web', random)
  expect(text).toMatch(/^salt=[0-9a-f]{64}$/m)
  expect(text).toMatch(/^authkey=[A-Za-z0-9_-]{43}$/m)
  expect(text).toMatch(/^drbd=[A-Za-z0-9_-]{43}$/m)
})
