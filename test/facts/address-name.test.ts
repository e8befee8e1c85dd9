import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exitAbsent } from '../../src/core/probe.ts'
import { addressName } from '../../src/facts/address-name.ts'
import { runProbe } from './run-probe.ts'

/** Without any network, and with this nsswitch.conf(5): `files` knows all that there is, `dns` cannot ask. */
function asked(address: string, hosts: string) {
  const directory = mkdtempSync(join(tmpdir(), 'nfsha-names-'))
  try {
    const [conf, named] = [join(directory, 'nsswitch.conf'), join(directory, 'hosts')]
    writeFileSync(conf, `hosts: ${hosts}\n`)
    writeFileSync(named, '127.0.0.1\tlocalhost\n192.0.2.219\t192.0.2.219\n')
    const script = `mount --bind ${conf} /etc/nsswitch.conf && mount --bind ${named} /etc/hosts || exit 99\n`
    const { status, stdout } = spawnSync('unshare', ['--mount', '--net', 'sh', '-s'], {
      input: `${script}(${addressName(address).script}\n) </dev/null`,
      encoding: 'utf8',
    })
    return { status, stdout: stdout.trim() }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

describe('the name of an address', () => {
  it.each([
    ['in /etc/hosts', '127.0.0.1', 'files dns', 0, 'localhost'],
    ['that is the address itself', '192.0.2.219', 'files dns', 0, '192.0.2.219'],
    ['that it is known not to have', '192.0.2.220', 'files', exitAbsent, 'Name or service not known'],
    ['that nobody can say', '192.0.2.220', 'files dns', 1, 'Temporary failure in name resolution'],
  ])('%s', (_case, address, hosts, status, stdout) => {
    expect(asked(address, hosts)).toEqual({ status, stdout })
  })

  it('is what was printed', () => {
    expect(addressName('192.0.2.219').parse({ stdout: 'nfs.example\n', exitCode: 0 })).toEqual({
      state: 'present',
      value: 'nfs.example',
    })
  })

  it('is not guessed', () => {
    expect(addressName('192.0.2.219').parse({ stdout: '', exitCode: 0 })).toMatchObject({ state: 'unknown' })
    expect(runProbe(addressName('192.0.2.219'), '/bin/dash', '/nowhere')).toEqual({
      state: 'unknown',
      reason: 'perl is not installed',
    })
  })
})
