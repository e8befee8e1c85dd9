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
    { export: '/srv/nfsha/home', path: '/mnt/my home', options: ['vers=4.2'], by: 'boot' },
  ],
  watch: { everySeconds: 30, patienceSeconds: 1 },
}
const textOf = (template: string, item = client) =>
  revealText(render(template, { cluster, node: cluster.nodes[0], item }))

/** The second one by an automount of systemd. */
const lazy: Client = {
  ...client,
  mounts: client.mounts.map((mount, index) => (index === 0 ? mount : { ...mount, by: 'automount' })),
}

/** Both by autofs, whose map has no blanks. */
const byAutofs: Client = {
  ...client,
  mounts: [
    { export: '/srv/nfsha/data', path: '/nfs/data', options: ['vers=4.2', 'hard', '_netdev'], by: 'autofs' },
    { export: '/srv/nfsha/home', path: '/nfs/home', options: ['vers=4.2'], by: 'autofs' },
  ],
  autofs: { base: '/nfs', idleSeconds: 300 },
}

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'nfsha-mountwatch-'))
  mkdirSync(join(dir, 'bin'))
  pretend('stat', 'echo 6969')
  pretend('mount', 'exit 0')
  pretend('systemctl', 'exit 0')
  pretend('systemd-escape', 'echo escaped.automount')
  mounted('/mnt/data', '/mnt/my\\040home')
})
afterEach(() => rmSync(dir, { recursive: true }))

/** A command that stands for the system's. */
function pretend(name: string, script: string): void {
  writeFileSync(join(dir, 'bin', name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(dir, 'bin', name), 0o755)
}

/** What mountinfo says: NFS, or an automount at `automount /nfs`, whose daemon is gone at `left /nfs`. */
function mounted(...fields: readonly string[]): void {
  const lines = fields.map(field => {
    const [path, kind] = field.split(' ').toReversed()
    return kind === undefined
      ? `50 20 0:45 / ${path} rw shared:1 - nfs4 192.168.0.219:/x rw\n`
      : `49 20 0:44 / ${path} rw shared:2 - autofs map rw,fd=5,timeout=300,indirect,pipe_ino=${kind === 'left' ? -1 : 7}\n`
  })
  writeFileSync(join(dir, 'mountinfo'), `20 1 8:1 / / rw - ext4 /dev/vda rw\n${lines.join('')}`)
}

/** A `mount` that works: what is mounted then is in mountinfo. */
const mounts = (field: string) =>
  `printf '%s\\n' '51 20 0:46 / ${field} rw - nfs4 192.168.0.219:/x rw' >>"${join(dir, 'mountinfo')}"`

function look(who = client) {
  const script = textOf('usr/local/sbin/nfsha-mountwatch', who)
    .replaceAll('/proc/self/mountinfo', join(dir, 'mountinfo'))
    .replaceAll('/proc/self/mountstats', join(dir, 'mountstats'))
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

  /** An access that mounts: stat(1) of what is then in mountinfo. */
  const lookThatMounts = () => `${mounts('/nfs/data')}; ${mounts('/nfs/home')}; echo 6969`
  const idle = 'idle N /nfs/data \nidle N /nfs/home \n'

  test('mounts by a look what an automount is new for, then lets it be idle: 0', () => {
    mounted('automount /nfs')
    pretend('stat', lookThatMounts())
    expect(look(byAutofs)).toMatchObject({ code: 0, said: expect.stringContaining('state=remounted') })
    mounted('automount /nfs')
    pretend('stat', `echo looked >>"${join(dir, 'looks')}"; exit 1`)
    expect(look(byAutofs)).toEqual({ code: 0, said: '', state: idle })
    expect(existsSync(join(dir, 'looks'))).toBe(false)
  })

  test('by autofs never mounts by itself; brings back its daemon, and looks: 0', () => {
    mounted('automount /nfs')
    pretend('stat', lookThatMounts())
    look(byAutofs)
    mounted('left /nfs')
    pretend('mount', `echo mounted >>"${join(dir, 'mounts')}"`)
    pretend('systemctl', `case "$*" in *restart*) echo "$*" >>"${join(dir, 'restarts')}" ;; esac`)
    expect(look(byAutofs)).toMatchObject({ code: 0, said: expect.stringContaining('state=remounted') })
    expect(readFileSync(join(dir, 'restarts'), 'utf8')).toContain('restart autofs.service')
    expect(existsSync(join(dir, 'mounts'))).toBe(false)
  })

  test('tells what autofs cannot mount, and looks again until it can: 1, then 0', () => {
    mounted('automount /nfs')
    pretend('stat', 'echo "stat: cannot stat: No such file or directory" >&2; exit 1')
    expect(look(byAutofs)).toMatchObject({
      code: 1,
      state: expect.stringContaining('failed N /nfs/data stat:'),
    })
    pretend('stat', lookThatMounts())
    expect(look(byAutofs)).toMatchObject({ code: 0 })
  })

  test('looks at what autofs has mounted only when somebody used it since: a look is use', () => {
    mounted('automount /nfs', '/nfs/data', '/nfs/home')
    const used = (opens: number) =>
      ['/nfs/home', '/nfs/data'].map(
        path =>
          `device 192.168.0.219:/x mounted on ${path} with fstype nfs4 statvers=1.1\n\tage:\t9\n\tevents:\t1 2 0 0 ${path === '/nfs/data' ? opens : 1}\n`,
      )
    const looks = join(dir, 'looks')
    const looksAt = (opens: number) => {
      writeFileSync(join(dir, 'mountstats'), used(opens).join(''))
      rmSync(looks, { force: true })
      pretend('stat', `for path in "$@"; do :; done; echo "$path" >>"${looks}"`)
      expect(look(byAutofs).code).toBe(0)
      return existsSync(looks) ? readFileSync(looks, 'utf8').trim().split('\n').toSorted() : []
    }
    expect(looksAt(1)).toEqual(['/nfs/data', '/nfs/home'])
    expect(looksAt(1)).toEqual([])
    expect(looksAt(2)).toEqual(['/nfs/data'])
    expect(looksAt(2)).toEqual([])
  })

  test('a blocked mount by autofs is blocked: 2', () => {
    mounted('automount /nfs', '/nfs/data', '/nfs/home')
    pretend('stat', 'sleep 600')
    expect(look(byAutofs).code).toBe(2)
  })

  test('starts an automount of systemd that is gone, by its own name', () => {
    mounted('/mnt/data')
    pretend('systemctl', `echo "$*" >>"${join(dir, 'restarts')}"`)
    expect(look(lazy).code).toBe(1)
    expect(readFileSync(join(dir, 'restarts'), 'utf8')).toBe('--no-ask-password restart escaped.automount\n')
  })

  test('keeps metrics that promtool takes', () => {
    look()
    const metrics = readFileSync(join(dir, 'run/metrics.prom'), 'utf8')
    expect(metrics).toContain('nfsha_mount_state{path="/mnt/my home"} 0\n')
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

test('the map of autofs has a line a mount, and its directory is named with the idle time', () => {
  const lines = (template: string) =>
    textOf(template, byAutofs)
      .split('\n')
      .filter(line => !line.startsWith('#') && line !== '')
  expect(lines('etc/auto.nfsha')).toEqual([
    'data -vers=4.2,hard,_netdev 192.168.0.219:/srv/nfsha/data',
    'home -vers=4.2 192.168.0.219:/srv/nfsha/home',
  ])
  expect(lines('etc/auto.master.d/nfsha.autofs')).toEqual(['/nfs /etc/auto.nfsha --timeout=300'])
  expect(textOf('etc/fstab', byAutofs)).toBe('')
})

test('fstab has a line a mount, blanks spelt as fstab wants them, and never keeps a client from booting', () => {
  expect(textOf('etc/fstab', lazy)).toBe(
    `192.168.0.219:/srv/nfsha/data /mnt/data nfs vers=4.2,hard,_netdev,nofail 0 0
192.168.0.219:/srv/nfsha/home /mnt/my\\040home nfs vers=4.2,nofail,noauto,x-systemd.automount,x-systemd.mount-timeout=30 0 0
`,
  )
})
