import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, type GuestName, on, until } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfsha, nfshaExits, start } from '../support/nfsha.ts'
import { activeNode, passiveNode, untilUpToDate } from '../support/pair.ts'
import { portShift } from '../support/ports.ts'
import { secretValues } from '../support/secrets.ts'
import { inventory } from '../support/variant.ts'

/*
 * What an operator looks at: status in its forms, with a node that cannot be reached or hangs; both
 * nodes' logs as one; the bundle for a bug report; metrics; a comparison of both sides.
 */

const scratch = mkdtempSync(join(tmpdir(), 'nfsha-observe-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

let active: GuestName
let passive: GuestName

beforeAll(async () => {
  await labAt('deployed')
  active = await activeNode()
  passive = await passiveNode()
})

interface Status {
  readonly verdict: string
  readonly active?: string
  readonly concerns: readonly { readonly host?: string; readonly text: string }[]
  readonly nodes: readonly {
    readonly name: string
    readonly answered: boolean
    readonly detour?: { readonly through: string }
    readonly monitor?: { readonly state: string }
  }[]
}

const patient = ['--timeout', '5m']
const statusNow = async (code: number, ...more: readonly string[]) =>
  JSON.parse((await nfshaExits(code, 'status', inventory, '--format', 'json', ...more)).stdout) as Status

const untilHealthy = () =>
  until(
    'the pair is healthy',
    300,
    async () => (await nfsha('status', inventory, ...patient)).stdout.split('\n')[0] ?? '',
    line => line.includes(': healthy: '),
  )

test('a healthy pair is healthy in JSON, text, and as a page', async () => {
  await untilHealthy()
  const page = join(scratch, 'status.html')
  const status = await statusNow(0, ...patient, '--html', page)
  expect(status).toMatchObject({ verdict: 'healthy', active, concerns: [] })
  expect(status.nodes.map(({ monitor }) => monitor?.state)).toEqual(['running', 'running'])
  expect(readFileSync(page, 'utf8')).toMatch(new RegExp(`<h1>lab: ${active} serves`))
})

test('it is shown again and again until Ctrl-C', async () => {
  const watching = start(['status', inventory, '--watch', '--interval', '1s', '--format', 'json', ...patient])
  await watching.saw(/^\{.*\n\{.*\n/)
  process.kill(watching.pid, 'SIGINT')
  const { stdout, code } = await watching.ended
  const readings = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Status)
  expect(readings.length).toBeGreaterThan(1)
  expect(new Set(readings.map(({ verdict }) => verdict))).toEqual(new Set(['healthy']))
  // Ctrl-C is how a watch ends, so the code is the last verdict's.
  expect(code).toBe(0)
})

test('drift is counted, and named', async () => {
  await ask(passive, "sed -i 's/^/ /' /etc/exports.d/nfsha.exports")
  const { stdout } = await nfsha('status', inventory, '--drift', ...patient)
  expect(stdout).toMatch(/drift: .*1 .*exports/i)
  await nfshaExits(0, 'deploy', inventory, '--yes')
  await nfshaExits(0, 'status', inventory, '--drift', ...patient)
})

test('a node whose own address is silent is asked through the other one', async () => {
  await ask(
    passive,
    'systemd-run -q --on-active=240 ip link set mgmt up; systemd-run -q --on-active=1 ip link set mgmt down',
  )
  // A status that began while the address still answered loses the node in the middle.
  const seen = await until(
    'it is asked through the other one',
    200,
    async () => (await nfsha('status', inventory, '--format', 'json', '--timeout', '60s')).stdout,
    text => text.includes('"detour"'),
  )
  const { nodes, concerns, verdict } = JSON.parse(seen) as Status
  const silent = nodes.find(({ name }) => name === passive)
  expect(silent).toMatchObject({ answered: true, detour: { through: active } })
  expect(verdict).toBe('degraded')
  expect(concerns).toContainEqual(expect.objectContaining({ host: passive }))
  await until(
    'it answers again',
    400,
    async () => (await on(passive, 'echo yes')).stdout.trim(),
    answer => answer === 'yes',
  )
})

test('a node that hangs is shown as silent, and the other one is told whole', async () => {
  await nfshaExits(0, 'lab', 'fault', 'freeze', passive, '-i', inventory)
  const { nodes, active: serving } = await statusNow(10, '--timeout', '20s')
  await nfshaExits(0, 'lab', 'fault', 'thaw', passive, '-i', inventory)
  expect(nodes.map(({ name, answered }) => [name, answered]).toSorted()).toEqual(
    [
      [active, true],
      [passive, false],
    ].toSorted(),
  )
  expect(serving).toBe(active)
  await untilUpToDate()
})

test('both logs are one, in order, from all sources, and can be searched', async () => {
  const { stdout } = await nfshaExits(0, 'logs', inventory, '--since', '2h', '--format', 'json')
  const lines = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { time: string; host: string; source: string; text: string })
  expect(new Set(lines.map(({ host }) => host))).toEqual(new Set(['m1', 'm2']))
  // heartbeat tells its own log and the journal the same: such a line stands once, as the journal's.
  expect(lines.map(({ source }) => source)).toEqual(expect.arrayContaining(['kernel', 'journal']))
  expect(lines.some(({ text }) => text.includes('ResourceManager') || text.includes('heartbeat'))).toBe(true)
  const times = lines.map(({ time }) => time)
  expect(times).toEqual(times.toSorted())
  const found = await nfshaExits(0, 'logs', inventory, '--since', '2h', '--node', active, '--grep', 'nfsha')
  expect(found.stdout).toContain('nfsha')
  expect(found.stdout).not.toMatch(new RegExp(` ${passive} `))
})

test('the bundle holds what a bug report needs, and no secret', async () => {
  const file = join(scratch, 'report.tar.gz')
  await nfshaExits(0, 'bundle', inventory, '--out', file)
  expect(spawnSync('tar', ['xzf', file, '-C', scratch]).status).toBe(0)
  const packed = readdirSync(scratch, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.parentPath.includes('nfsha-bundle-'))
    .map(entry => join(entry.parentPath, entry.name))
  const names = packed.map(path => path.replace(/.*nfsha-bundle-[^/]*\//, ''))
  expect(names).toEqual(
    expect.arrayContaining([
      'status.txt',
      'plan.txt',
      'check.txt',
      'facts.json',
      'logs.txt',
      'inventory.yml',
    ]),
  )
  const leaks = packed.flatMap(path => {
    const text = readFileSync(path, 'utf8')
    return [...secretValues()].filter(([, value]) => text.includes(value)).map(([name]) => `${path}: ${name}`)
  })
  expect(leaks).toEqual([])
})

test('metrics are served, and pass promtool', async () => {
  await untilHealthy()
  const address = `127.0.0.1:${19_942 + portShift}`
  const server = start(['exporter', inventory, '--listen', address, '--timeout', '60s'])
  await server.saw(/metrics of lab: http:/)
  const answer = await fetch(`http://${address}/metrics`)
  const text = await answer.text()
  process.kill(server.pid, 'SIGINT')
  await server.ended
  expect(answer.status).toBe(200)
  expect(text).toContain('nfsha_verdict{cluster="lab",verdict="healthy"} 1')
  expect(text).toContain(`nfsha_active{cluster="lab",node="${active}"} 1`)
  const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
  expect(`${checked.stdout}${checked.stderr}`).toBe('')
})

test('both sides are compared, and it is remembered', async () => {
  await nfshaExits(0, 'verify', inventory, '--yes')
  const { stdout } = await nfshaExits(0, 'status', inventory, ...patient)
  expect(stdout).toMatch(/data was verified at .*: no difference/)
  const again = await nfshaExits(0, 'verify', inventory, '--yes', '--if-older', '30d')
  expect(again.stdout).toContain('nothing to do')
})
