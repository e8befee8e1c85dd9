import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { guestSetup } from '../../src/lab/guest-setup.ts'
import { imageId } from '../../src/lab/image.ts'
import { imageFiles } from '../../src/lab/image-files.ts'
import { imageScript } from '../../src/lab/image-script.ts'
import { recipe } from '../../src/lab/recipe.ts'
import { exampleSpec, machineAt } from './fixture.ts'

const identity = {
  hostKey: 'HOST KEY\n',
  hostPublicKey: 'ssh-ed25519 AAAA host\n',
  authorizedKey: 'ssh-ed25519 AAAA lab\n',
  aptSources: 'Types: deb\n',
}
const build = {
  recipe,
  into: '/cache/it is here',
  tree: '/cache/it is here/tree',
  sourcesFile: '/cache/lab.sources',
  aptOptions: ['Acquire::http::Proxy "http://10.0.0.1:3142";'],
  owner: '1000:1000',
}
const machine = machineAt(exampleSpec(), 0)
const scripts = {
  'the image’s': imageScript(build),
  'a machine’s, isolated': guestSetup(machine, identity, false),
  'a machine’s, open': guestSetup(machine, identity, true),
  'the one in the image':
    imageFiles.find(({ path }) => path === '/usr/local/sbin/nfsha-lab-setup')?.content ?? '',
}

describe.each(Object.entries(scripts))('%s script', (_, script) => {
  it('passes shellcheck', () => {
    const { stdout } = spawnSync('shellcheck', ['-s', 'sh', '-S', 'warning', '-'], {
      input: script,
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
  })
})

describe('a machine’s script', () => {
  it('names it, its NICs and its addresses', () => {
    const script = guestSetup(machine, identity, false)
    expect(script).toContain(`hostname ${machine.name}\n`)
    for (const { nic, mac, addresses } of machine.nics) {
      expect(script).toContain(`rename ${mac} ${nic}\n`)
      for (const address of addresses) expect(script).toContain(`ip address replace ${address} dev ${nic}\n`)
    }
  })

  it('knows of a way out only when the lab is open', () => {
    expect(guestSetup(machine, identity, false)).not.toMatch(/default via|nameserver|Types: deb/)
    expect(guestSetup(machine, identity, true)).toMatch(/default via 10\.0\.2\.2/)
  })
})

describe('the image', () => {
  it('leaves the nodes bare: what they will install is fetched, not installed', () => {
    const stack = [
      'heartbeat',
      'drbd-utils',
      'nfs-kernel-server',
      'nfs-common',
      'chrony',
      'rpcbind',
      'logrotate',
    ]
    expect(recipe.basePackages.filter(name => stack.includes(name))).toEqual([])
    expect(recipe.repositoryPackages.flat()).toEqual(expect.arrayContaining(stack))
  })

  it('is another for other sources, and keeps no proxy of the host', () => {
    expect(imageId('a')).not.toBe(imageId('b'))
    expect(imageScript(build)).toContain(
      'rm -rf var/lib/apt/lists etc/apt/sources.list.d/* etc/apt/sources.list etc/apt/apt.conf.d/99mmdebstrap',
    )
  })
})
