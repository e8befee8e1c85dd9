// Brings a bare machine to where the project's commands run: npm packages, the build, Debian packages.
// Plain Node without dependencies, because it runs before there are any.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')

/** What the tests need of Debian, beside what the lab installs for itself: package and a command that it brings. */
export const testPackages = {
  shellcheck: 'shellcheck',
  'openssh-server': '/usr/sbin/sshd',
  'openssh-client': 'ssh',
  'drbd-utils': 'drbdadm',
  sudo: 'sudo',
  iproute2: 'ip',
  xfsprogs: 'mkfs.xfs',
  chromium: 'chromium',
  prometheus: 'promtool',
}

const fetchTries = 3

export function say(text) {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`)
}

/** Runs a command, its output to standard error; throws when it fails. */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options })
  if (done.error) throw done.error
  if (done.status !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${done.status ?? done.signal}`)
}

/** A fetch may fail on a busy network: it is tried again, and that is said. What it installs is not in doubt. */
function runFetch(command, args, options) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return run(command, args, options)
    } catch (error) {
      if (attempt === fetchTries) throw error
      say(`${error.message}: trying again (${attempt + 1} of ${fetchTries})`)
      spawnSync('sleep', ['5'])
    }
  }
}

/** npm packages, when the lock file is not the one that was installed last. */
export function installNpmPackages() {
  const stamp = join(root, 'node_modules', '.nfsha-installed')
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  say('installing npm packages')
  runFetch('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'])
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  writeFileSync(stamp, lock)
}

/** The build, when a source file or a template is newer than it. */
export function build() {
  const built = join(root, 'dist', 'cli', 'main.js')
  const sources = ['src', 'templates'].flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true }).map(name => join(root, folder, name)),
  )
  const newest = Math.max(...sources.map(file => statSync(file).mtimeMs))
  if (existsSync(built) && statSync(built).mtimeMs > newest) return
  say('building nfsha')
  run('npm', ['run', '--silent', 'build'])
}

/** Debian packages whose command is missing; with sudo when not root. */
export function installDebianPackages(packages) {
  const missing = Object.entries(packages)
    .filter(
      ([, command]) =>
        spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin:/sbin command -v ${command}`]).status !== 0,
    )
    .map(([name]) => name)
  if (missing.length === 0) return
  say(`installing Debian packages: ${missing.join(' ')}`)
  const apt = process.getuid() === 0 ? ['apt-get'] : ['sudo', 'apt-get']
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const [command, ...prefix] = [
    ...apt,
    '-q',
    '-o',
    'DPkg::Lock::Timeout=300',
    '-o',
    'APT::Update::Error-Mode=any',
  ]
  runFetch(command, [...prefix, 'update'], { env })
  runFetch(command, [...prefix, 'install', '-y', '--no-install-recommends', ...missing], { env })
}

/** What runs write that are then committed: no source of anything. */
const records = ['docs/lab-results.*', 'docs/drills']

/** The short name of the commit that is tested, with a mark when the tree differs from it. */
export function revision() {
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  const changes = git('status', '--porcelain', '--', '.', ...records.map(path => `:(exclude)${path}`))
  return git('rev-parse', '--short', 'HEAD') + (changes === '' ? '' : '+changes')
}
