import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Client } from '../../src/core/cluster.ts'
import { revealText } from '../../src/core/secret.ts'
import { templateLoader } from '../../src/render/load.ts'
import { createRender } from '../../src/render/render.ts'
import { exampleCluster } from '../fixtures/cluster.ts'

const cluster = exampleCluster()
const render = createRender(templateLoader())
const client: Client = {
  name: 'c1',
  kind: 'client',
  ssh: cluster.nodes[0].ssh,
  mounts: [
    { export: '/srv/nfsha/data', path: '/mnt/data', options: ['vers=4.2', 'hard', '_netdev'], by: 'boot' },
    { export: '/srv/nfsha/home', path: '/mnt/my home', options: ['vers=4.2'], by: 'automount' },
  ],
  watch: { everySeconds: 30, patienceSeconds: 1 },
}
const textOf = (template: string) =>
  revealText(render(template, { cluster, node: cluster.nodes[0], item: client }))

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'nfsha-mountwatch-'))
  mkdirSync(join(dir, 'bin'))
  pretend('stat', 'echo 6969')
  pretend('mount', 'exit 0')
  mounted('/mnt/data', '/mnt/my\\040home')
})
afterEach(() => rmSync(dir, { recursive: true }))

/** A command that stands for the system's. */
function pretend(name: string, script: string): void {
  writeFileSync(join(dir, 'bin', name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(dir, 'bin', name), 0o755)
}

/** What mountinfo says. */
function mounted(...fields: readonly string[]): void {
  const lines = fields.map(field => `50 20 0:45 / ${field} rw shared:1 - nfs4 192.168.0.219:/x rw\n`)
  writeFileSync(join(dir, 'mountinfo'), `20 1 8:1 / / rw - ext4 /dev/vda rw\n${lines.join('')}`)
}

/** A `mount` that works: what is mounted then is in mountinfo. */
const mounts = (field: string) =>
  `printf '%s\\n' '51 20 0:46 / ${field} rw - nfs4 192.168.0.219:/x rw' >>"${join(dir, 'mountinfo')}"`

function look() {
  const script = textOf('usr/local/sbin/nfsha-mountwatch')
    .replaceAll('/proc/self/mountinfo', join(dir, 'mountinfo'))
    .replaceAll('/run/nfsha-mountwatch', join(dir, 'run'))
  const { status, stdout, stderr } = spawnSync('dash', ['-s'], {
    input: script.replace('exec </dev/null', ''),
    env: { PATH: `${join(dir, 'bin')}:/usr/bin:/bin` },
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  const file = join(dir, 'run/state')
  return {
    code: status,
    said: stdout,
    state: existsSync(file) ? readFileSync(file, 'utf8').replaceAll(/ \d+ /g, ' N ') : '',
  }
}

describe('nfsha-mountwatch', () => {
  test('says nothing while all is well', () => {
    expect(look()).toEqual({ code: 0, said: '', state: 'ok N /mnt/data \nok N /mnt/my\\040home \n' })
  })

  test('mounts again what was lost: 0', () => {
    mounted('/mnt/data')
    pretend('mount', mounts('/mnt/my\\040home'))
    expect(look()).toMatchObject({ code: 0, said: 'path=/mnt/my\\040home state=remounted\n' })
    expect(look()).toMatchObject({ code: 0, said: '' })
  })

  test('tells what cannot be mounted: 1', () => {
    mounted('/mnt/data')
    pretend('mount', 'echo "mount.nfs: access denied by server" >&2; exit 32')
    const { code, said, state } = look()
    expect(code).toBe(1)
    expect(said).toContain('state=failed')
    expect(state).toContain('failed N /mnt/my\\040home mount.nfs: access denied by server')
  })

  test('does not believe a mount that mounted nothing', () => {
    mounted('/mnt/data')
    expect(look().code).toBe(1)
  })

  test('tells what is blocked, in spite of another that failed: 2; and waits for neither', () => {
    mounted('/mnt/data')
    pretend('stat', 'sleep 600')
    pretend('mount', 'exit 32')
    const { code, state } = look()
    expect(code).toBe(2)
    expect(state).toContain('blocked N /mnt/data no answer within N s')
    expect(state).toContain('failed N /mnt/my')
  })

  test('tells when what was blocked is well again', () => {
    pretend('stat', 'sleep 600')
    expect(look().code).toBe(2)
    pretend('stat', 'echo 6969')
    expect(look()).toMatchObject({ code: 0, said: expect.stringContaining('state=ok was=blocked') })
  })

  test('mounts a stale handle anew', () => {
    pretend('stat', 'echo "stat: cannot read file system information: Stale file handle" >&2; exit 1')
    pretend('umount', `: >"${join(dir, 'mountinfo')}"`)
    pretend('mount', `${mounts('/mnt/data')}; ${mounts('/mnt/my\\040home')}`)
    expect(look()).toMatchObject({ code: 0, said: expect.stringContaining('state=remounted') })
  })

  test('keeps metrics that promtool takes', () => {
    look()
    const metrics = readFileSync(join(dir, 'run/metrics.prom'), 'utf8')
    expect(metrics).toContain('nfsha_mount_state{path="/mnt/my\\\\040home"} 0\n')
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: metrics, encoding: 'utf8' })
    expect(`${checked.status} ${checked.stdout}${checked.stderr}`).toBe('0 ')
  })

  test('does not look while an earlier look has not ended: 2', () => {
    pretend('flock', 'exit 1')
    expect(look()).toMatchObject({ code: 2, said: 'an earlier look has not ended\n' })
  })

  test('passes shellcheck', () => {
    const { stdout } = spawnSync('shellcheck', ['-s', 'sh', '-'], {
      input: textOf('usr/local/sbin/nfsha-mountwatch'),
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
  })
})

test('fstab has a line a mount, blanks spelt as fstab wants them, and never keeps a client from booting', () => {
  expect(textOf('etc/fstab')).toBe(
    `192.168.0.219:/srv/nfsha/data /mnt/data nfs vers=4.2,hard,_netdev,nofail 0 0
192.168.0.219:/srv/nfsha/home /mnt/my\\040home nfs vers=4.2,nofail,noauto,x-systemd.automount,x-systemd.mount-timeout=30 0 0
`,
  )
})
