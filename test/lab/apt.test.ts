import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aptOptions, hostAptSources } from '../../src/lab/apt.ts'

async function sourcesFrom(text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'nfsha-apt-'))
  const file = join(directory, 'lab.sources')
  try {
    await writeFile(file, text)
    return (await hostAptSources('bookworm', file)).text
  } finally {
    await rm(directory, { recursive: true })
  }
}

describe('hostAptSources', () => {
  it('keeps deb822 sources of the suite, main alone', async () => {
    const text = [
      'Types: deb deb-src',
      '# a comment',
      'URIs: http://mirror.test/debian',
      'Suites: bookworm bookworm-updates',
      'Components: main contrib',
      'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg',
      '',
      'Types: deb',
      'URIs: http://mirror.test/debian-security',
      'Suites: bookworm-security',
      'Components: main',
    ].join('\n')
    expect(await sourcesFrom(text)).toBe(
      [
        'Types: deb',
        'URIs: http://mirror.test/debian',
        'Suites: bookworm bookworm-updates',
        'Components: main',
        'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg',
        '',
        'Types: deb',
        'URIs: http://mirror.test/debian-security',
        'Suites: bookworm-security',
        'Components: main',
        '',
      ].join('\n'),
    )
  })

  it('reads one-line entries', async () => {
    const text = 'deb [arch=amd64 signed-by=/k.gpg] http://mirror.test/debian bookworm main non-free\n'
    expect(await sourcesFrom(text)).toBe(
      'Types: deb\nURIs: http://mirror.test/debian\nSuites: bookworm\nComponents: main\nSigned-By: /k.gpg\n',
    )
  })

  it('takes the lab’s suite from the archive of a host with another', async () => {
    const text =
      'deb http://mirror.test/debian trixie main\ndeb http://mirror.test/security trixie-security main\n'
    expect(await sourcesFrom(text)).toContain('Suites: bookworm-security')
    expect(await sourcesFrom(text)).not.toContain('trixie')
  })

  it.each([
    ['another distribution', 'deb http://mirror.test/ubuntu noble main\n'],
    ['a vendor’s repository', 'deb http://vendor.test/debian bookworm stable\n'],
    [
      'a disabled source',
      'Types: deb\nURIs: http://mirror.test/debian\nSuites: bookworm\nComponents: main\nEnabled: no\n',
    ],
    ['nothing', ''],
  ])('refuses %s alone, with a way out', async (_, text) => {
    await expect(sourcesFrom(text)).rejects.toMatchObject({
      code: 'failed',
      hint: expect.stringContaining('NFSHA_LAB_APT_SOURCES'),
    })
  })
})

describe('aptOptions', () => {
  it('keeps what reaches the archive, and nothing that is empty or the host’s own affair', () => {
    const dump = [
      'APT::Architecture "amd64";',
      'Acquire::http::Proxy "http://proxy.test:3142";',
      'Acquire::https "";',
      'Acquire::Check-Valid-Until "false";',
      'Dir::Cache "var/cache/apt";',
    ].join('\n')
    expect(aptOptions(dump)).toEqual([
      'Acquire::http::Proxy "http://proxy.test:3142";',
      'Acquire::Check-Valid-Until "false";',
      'Acquire::Languages "none";',
      'Acquire::Retries "5";',
    ])
  })
})
