import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BenchTarget, benchCluster } from './cluster.ts'
import { type BenchHost, makeKeys, startHost, writeKnownHosts } from './hosts.ts'
import { startDelayingRelay } from './relay.ts'
import { benchWork } from './work.ts'
import { yardstick } from './yardstick.ts'

/*
 * The 20-step playbook against two real sshd, nfsha beside plain ssh(1), interleaved in one run.
 * Arguments: how many rounds (5).
 */

const rounds = Number(process.argv[2] ?? 5)
const roundTrips = [0, 20, 100] as const
/** What nfsha may take, as a multiple of plain ssh, by round trip. */
const limits = { 'no-op': [2, 1.5, 1.3], plan: [2, 1.5, 1.3], 'first apply': [3, 2, 1.6] } as const
type Case = keyof typeof limits
const cases = Object.keys(limits) as readonly Case[]

const inventory = fileURLToPath(new URL('../../inventories/m1-m2.yml', import.meta.url))
const controller = fileURLToPath(new URL('./controller.js', import.meta.url))
const keys = mkdtempSync(join(tmpdir(), 'nfsha-bench-'))
const hosts: BenchHost[] = []

/** Runs a process; gives its seconds and its last line. A failure is the end of the benchmark. */
async function timed(program: string, argv: readonly string[]): Promise<{ seconds: number; last: string }> {
  const startedAt = performance.now()
  const child = spawn(program, argv, { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  const [code] = await once(child, 'close')
  const seconds = (performance.now() - startedAt) / 1000
  if (code !== 0) throw new Error(`${program} ${argv.join(' ')} ended with ${code}: ${out.slice(-800)}${err}`)
  return { seconds, last: out.trimEnd().split('\n').at(-1) ?? '' }
}

const runNfsha = (mode: 'plan' | 'deploy', target: BenchTarget) =>
  timed(process.execPath, [controller, mode, inventory, JSON.stringify(target)])

/** Both hosts at the same time, one connection each. */
async function runSsh(script: string, target: BenchTarget): Promise<number> {
  const startedAt = performance.now()
  await Promise.all(
    target.ports.map(async port => {
      const options = [
        '-F',
        'none',
        '-o',
        `UserKnownHostsFile=${target.knownHostsFile}`,
        '-o',
        'IdentitiesOnly=yes',
      ]
      const argv = [...options, '-i', target.identityFile, '-p', String(port), 'root@127.0.0.1', 'exec sh']
      const child = spawn('ssh', argv, { stdio: [openSync(script, 'r'), 'ignore', 'inherit'] })
      const [code] = await once(child, 'close')
      if (code !== 0) throw new Error(`ssh ended with ${code}`)
    }),
  )
  return (performance.now() - startedAt) / 1000
}

function resetAll(): void {
  for (const host of hosts) host.reset()
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

async function measure(roundTripMs: number, index: number): Promise<boolean> {
  const relays = await Promise.all(hosts.map(({ address }) => startDelayingRelay(address, roundTripMs)))
  const [first, second] = relays
  if (first === undefined || second === undefined) throw new Error('two hosts')
  const ports = [first.port, second.port] as const
  const target = { ports, identityFile: join(keys, 'id'), knownHostsFile: writeKnownHosts(keys, ports) }
  const scripts = yardstick(benchWork(await benchCluster(inventory, target)))
  for (const name of ['look', 'deploy'] as const) writeFileSync(join(keys, name), scripts[name])

  const runs = new Map<string, number[]>()
  const trips = new Map<Case, string>()
  const note = (name: string, seconds: number) => runs.set(name, [...(runs.get(name) ?? []), seconds])
  for (let round = 0; round < rounds; round += 1) {
    for (const each of cases) {
      const isApply = each === 'first apply'
      resetAll()
      if (each === 'no-op') await runNfsha('deploy', target)
      const { seconds, last } = await runNfsha(each === 'plan' ? 'plan' : 'deploy', target)
      note(`nfsha ${each}`, seconds)
      trips.set(each, last)
      if (isApply) resetAll()
      note(`ssh ${each}`, await runSsh(join(keys, isApply ? 'deploy' : 'look'), target))
    }
  }
  let isWithin = true
  for (const each of cases) {
    const ours = median(runs.get(`nfsha ${each}`) ?? [])
    const theirs = median(runs.get(`ssh ${each}`) ?? [])
    const limit = limits[each][index] ?? Number.NaN
    const isGood = ours / theirs <= limit
    isWithin &&= isGood
    const cells = [
      `${roundTripMs} ms`.padStart(6),
      each.padEnd(11),
      ours.toFixed(2).padStart(6),
      theirs.toFixed(2).padStart(6),
      (ours / theirs).toFixed(2).padStart(5),
      limit.toFixed(1).padStart(5),
      isGood ? 'within' : 'ABOVE ',
      trips.get(each) ?? '',
    ]
    process.stdout.write(`${cells.join('  ')}\n`)
  }
  for (const relay of relays) relay.stop()
  return isWithin
}

try {
  makeKeys(keys)
  hosts.push(await startHost(1, keys), await startHost(2, keys))
  process.stdout.write(
    `20 steps, two hosts, seconds, median of ${rounds}; load ${loadavg()[0]?.toFixed(1)}\n` +
      '   RTT  case          ours    ssh  ratio  limit          serial\n',
  )
  let isWithin = true
  for (const [index, roundTripMs] of roundTrips.entries())
    isWithin = (await measure(roundTripMs, index)) && isWithin
  process.stdout.write(
    `load at the end ${loadavg()[0]?.toFixed(1)}; ${isWithin ? 'all within' : 'not all within'} the limits\n`,
  )
} finally {
  for (const host of hosts) host.stop()
  rmSync(keys, { recursive: true, force: true })
}
