import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ended } from './nfsha.ts'
import { root } from './nfsha.ts'
import { ports } from './ports.ts'

export type GuestName = keyof typeof ports
export const nodes = ['m1', 'm2'] as const

/** Sockets of connections that are kept for a while: a handshake costs an emulated guest a second or two. */
const kept = mkdtempSync(join(tmpdir(), 'nfsha-e2e-'))
process.once('exit', () => rmSync(kept, { recursive: true, force: true }))

/** Runs a POSIX sh script as root on a guest by plain OpenSSH: the tests' own way in, not nfsha's. */
export function on(guest: GuestName, script: string): Promise<Ended> {
  const ssh = join(root, '.nfsha', 'lab', 'ssh')
  const child = spawn(
    'ssh',
    [
      ...['-i', join(ssh, 'id_ed25519'), '-p', String(ports[guest])],
      ...['-o', `UserKnownHostsFile=${join(ssh, 'known_hosts')}`],
      ...['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=120', '-F', 'none'],
      ...['-o', 'ControlMaster=auto', '-o', `ControlPath=${join(kept, '%p')}`, '-o', 'ControlPersist=20'],
      // A guest whose power was cut says nothing: its connection is given up, and the next one is new.
      ...['-o', 'ServerAliveInterval=10', '-o', 'ServerAliveCountMax=6'],
      ...['root@127.0.0.1', 'LC_ALL=C sh -s'],
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  )
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(`{ ${script}\n} </dev/null\n`)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => resolve({ code: code ?? 128, stdout, stderr }))
  })
}

/** The script's standard output, trimmed; fails when the script does. */
export async function ask(guest: GuestName, script: string): Promise<string> {
  const done = await on(guest, script)
  if (done.code !== 0)
    throw new Error(`on ${guest}: ${script}\nended with ${done.code}:\n${done.stdout}\n${done.stderr}`)
  return done.stdout.trim()
}

/** Asks until the answer satisfies; fails with the last answer after so many seconds. */
export async function until(
  what: string,
  limitSeconds: number,
  question: () => Promise<string>,
  satisfies: (answer: string) => boolean,
): Promise<string> {
  const giveUp = Date.now() + limitSeconds * 1000
  for (;;) {
    const answer = await question()
    if (satisfies(answer)) return answer
    if (Date.now() > giveUp) throw new Error(`not seen within ${limitSeconds} s: ${what}; last: ${answer}`)
    await new Promise(resolve => setTimeout(resolve, 1000))
  }
}
