import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nfsha, type World } from './harness.ts'

const salt = 'a-salt-for-tests-0123456789abcdef'
const secrets = `salt=${salt}\nauthkey=an-authkey-for-tests\ndrbd=a-drbd-secret\n`
const noFacts = { format: 'nfsha-facts/1', cluster: 'm1-m2', gatheredAt: '', facts: {} }

let cwd = ''
let port = 0

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  await new Promise(done => server.close(done))
  return typeof address === 'object' && address !== null ? address.port : 0
}

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'nfsha-online-'))
  port = await closedPort()
  const text = readFileSync('inventories/m1-m2.yml', 'utf8').replaceAll(
    /ssh: root@192\.168\.0\.21\d/g,
    `ssh: root@127.0.0.1:${port}`,
  )
  writeFileSync(join(cwd, 'x.yml'), text)
  writeFileSync(join(cwd, 'm1-m2.secrets'), secrets, { mode: 0o600 })
  writeFileSync(join(cwd, 'facts.json'), JSON.stringify(noFacts))
})
afterEach(() => rmSync(cwd, { recursive: true }))

const run = (words: readonly string[], world: World = {}) =>
  nfsha(words, { cwd, env: { HOME: cwd, XDG_STATE_HOME: join(cwd, 'state') }, ...world })

describe('clients that do not answer', () => {
  beforeEach(() => {
    const text = readFileSync(join(cwd, 'x.yml'), 'utf8')
    writeFileSync(join(cwd, 'x.yml'), `${text}\nclients: { c1: { ssh: 'root@127.0.0.1:${port}' } }\n`)
  })

  test.each(['deploy', 'remove'])('%s exits with 4 when none answers', async verb => {
    const { code, stdout } = await run(['clients', verb, 'x.yml', '--yes', '--format', 'json'])
    expect(code).toBe(4)
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'unreachable', exitCode: 4 })
    expect(stdout).toContain('c1')
  })

  test('a drill that could not begin is a run in the journal, with why', async () => {
    const { code } = await run(['drill', 'x.yml', '--fault', 'standby', '--yes'])
    expect(code).toBe(4)
    const { stdout } = await run(['journal'])
    expect(stdout).toMatch(/m1-m2 +drill standby +failed/)
    expect((await run(['journal', 'last'])).stdout).toMatch(/M1\.redhat\.sx/)
  })

  test('status says why, and exits with 4 when none answers', async () => {
    const { code, stdout } = await run(['clients', 'status', 'x.yml', '--timeout', '30s'])
    expect(code).toBe(4)
    expect(stdout).toMatch(/c1 .*no answer .*connection refused/)
  })
})

describe('nodes that do not answer', () => {
  test.each([
    ['plan', ['plan', 'x.yml']],
    ['deploy', ['deploy', 'x.yml', '--yes']],
    ['switchover', ['switchover', 'x.yml', '--yes']],
    ['maintain', ['maintain', 'x.yml', '--yes', '--reboot']],
    ['split-brain show', ['split-brain', 'show', 'x.yml']],
    ['split-brain repair', ['split-brain', 'repair', 'x.yml', '--yes', '--discard', 'M2.redhat.sx']],
    ['switchover --release', ['switchover', 'x.yml', '--yes', '--release']],
    ['destroy', ['destroy', 'x.yml', '--confirm', 'm1-m2']],
    ['check', ['check', 'x.yml']],
    ['status', ['status', 'x.yml']],
    ['facts', ['facts', 'x.yml']],
    ['unlock', ['unlock', 'x.yml', '20250102-030405-abcdef']],
  ])('%s exits with 4', async (_case, words) => {
    const { code, stdout, stderr } = await run(words)
    expect(code).toBe(4)
    expect(stdout + stderr).toContain('M1.redhat.sx')
    expect(stdout + stderr).toContain('M2.redhat.sx')
  })

  test('destroy names the way when one node is lost for good', async () => {
    const { stderr } = await run(['destroy', 'x.yml', '--confirm', 'm1-m2'])
    expect(stderr).toContain('--without NODE')
    const alone = await run(['destroy', 'x.yml', '--confirm', 'm1-m2', '--without', 'M2.redhat.sx'])
    expect(alone.code).toBe(4)
    expect(alone.stderr).not.toContain('M2.redhat.sx:')
  })

  test.each<[string, readonly string[], World, number, RegExp]>([
    ['without a terminal or the name', [], {}, 64, /--confirm NAME is missing/],
    [
      'with another name',
      ['--confirm', 'blue'],
      {},
      5,
      /--confirm names blue, but the inventory is of the cluster m1-m2/,
    ],
    [
      'with the name where JSON is asked for',
      ['--format', 'json'],
      { isTTY: true, stdin: 'm1-m2' },
      64,
      /--confirm NAME/,
    ],
    ['without a node that is none', ['--confirm', 'm1-m2', '--without', 'm2'], {}, 64, /did you mean M2/],
  ])('destroy %s ends before any is asked', async (_, words, world, code, message) => {
    const ran = await run(['destroy', 'x.yml', ...words], world)
    expect(ran.code).toBe(code)
    expect(ran.stdout + ran.stderr).toMatch(message)
  })

  test('a target that the inventory does not have is 64, before any is asked', async () => {
    const { code, stderr } = await run(['switchover', 'x.yml', '--yes', '--to', 'm1'])
    expect(code).toBe(64)
    expect(stderr).toContain('did you mean M1.redhat.sx?')
  })

  test.each([
    [['--discard', 'm2'], 'did you mean M2.redhat.sx?'],
    [[], "required option '--discard <node>'"],
    [['--discard', 'M2.redhat.sx', '--copy', 'here'], 'not an absolute path'],
    [['--discard', 'M2.redhat.sx', '--copy', '/'], 'not an absolute path'],
    [['--discard', 'M2.redhat.sx', '--copy', '/root/../srv/nfsha/x'], 'is on data itself'],
    [['--discard', 'M2.redhat.sx', '--allow-data-loss', 'data@m2'], 'did you mean data@M2.redhat.sx?'],
  ])('a repair of a split-brain with %j is 64, before any is asked', async (words, message) => {
    const { code, stderr } = await run(['split-brain', 'repair', 'x.yml', '--yes', ...words])
    expect(code).toBe(64)
    expect(stderr).toContain(message)
  })

  test('a repair of a split-brain does not ask where nobody can answer', async () => {
    const { code, stderr } = await run(['split-brain', 'repair', 'x.yml', '--discard', 'M2.redhat.sx'])
    expect(code).toBe(64)
    expect(stderr).toContain('--yes is missing')
  })

  test('deploy says so in JSON, on standard output alone, and in the journal', async () => {
    const { code, stdout } = await run(['deploy', 'x.yml', '--yes', '--format', 'json'])
    expect(code).toBe(4)
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'unreachable', exitCode: 4 })
    const directory = join(cwd, 'state/nfsha/journal')
    const [name = ''] = readdirSync(directory)
    const entries = readFileSync(join(directory, name), 'utf8')
    expect(entries).toContain('"run-finished","result":"failed","exitCode":4')
    for (const value of ['an-authkey-for-tests', 'a-drbd-secret', salt]) expect(entries).not.toContain(value)
  })
})

describe('status --html', () => {
  test('writes the page beside what it prints, whatever the verdict is', async () => {
    const { code, stdout } = await run(['status', 'x.yml', '--facts', 'facts.json', '--html', 'status.html'])
    expect(code).toBe(4)
    expect(stdout).toContain('no node answered')
    const page = readFileSync(join(cwd, 'status.html'), 'utf8')
    expect(page).toContain('no node answered')
    expect(page).toContain('2025-01-02 03:04:05 UTC')
  })

  test('is no use to who watches', async () => {
    const { code, stderr } = await run(['status', 'x.yml', '--watch', '--html', 'status.html'])
    expect(code).toBe(64)
    expect(stderr).toContain('--html')
  })
})

describe('plan --facts', () => {
  test('nothing known is refused with 5, never taken for a blank pair', async () => {
    const { code, stdout } = await run(['plan', 'x.yml', '--facts', 'facts.json', '--out', 'plan.json'])
    expect(code).toBe(5)
    expect(stdout).toContain('refused')
    expect(stdout).toContain('fail M1.redhat.sx reachable: ')
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
      /^Plan: \d+ refused, so nothing is done; .* 2 checks failed/,
    )
    expect(readdirSync(cwd)).not.toContain('plan.json')
  })

  test.each([
    ['is not there', 'nowhere.json', undefined, 'cannot read'],
    ['is no facts', 'facts.json', '{}', 'is not a file of facts'],
    ['is no JSON', 'facts.json', 'x', 'is not a file of facts'],
    ["is another cluster's", 'facts.json', JSON.stringify({ ...noFacts, cluster: 'b' }), 'of cluster b'],
  ])('is 64 when the file %s', async (_case, file, content, message) => {
    if (content !== undefined) writeFileSync(join(cwd, file), content)
    const { code, stderr } = await run(['plan', 'x.yml', '--facts', file])
    expect(code).toBe(64)
    expect(stderr).toContain(message)
  })

  test('tells what the file lacks and what to run; steps that need it refuse for that reason', async () => {
    const known = { os: { state: 'absent' } }
    const facts = { 'M1.redhat.sx': known, 'M2.redhat.sx': known }
    writeFileSync(join(cwd, 'facts.json'), JSON.stringify({ ...noFacts, facts }))
    const { code, stdout, stderr } = await run(['plan', 'x.yml', '--facts', 'facts.json'])
    expect(code).toBe(5)
    expect(stderr).toMatch(/lacks facts that this plan needs: \S+ of M1\.redhat\.sx and \d+ more/)
    expect(stderr).toContain('nfsha facts INVENTORY --out FILE')
    expect(stdout).toMatch(/refused M1\.redhat\.sx: .*facts\.json lacks it; gather the facts again/)
  })

  test.each([
    [['--only', 'exprots'], 'did you mean exports?'],
    [['--from', 'nothing'], 'no step nothing'],
    [['--node', 'm1'], 'did you mean M1.redhat.sx?'],
    [['--allow-data-loss', 'data@m1'], 'did you mean data@M1.redhat.sx?'],
  ])('%j is 64', async (words, message) => {
    const { code, stderr } = await run(['plan', 'x.yml', '--facts', 'facts.json', ...words])
    expect(code).toBe(64)
    expect(stderr).toContain(message)
  })

  test('--node is refused where a step needs both', async () => {
    const { code, stderr } = await run(['plan', 'x.yml', '--facts', 'facts.json', '--node', 'M1.redhat.sx'])
    expect(code).toBe(5)
    expect(stderr).toContain('needs both nodes')
  })

  test('the JSON is one document with verdict and exit code', async () => {
    const { code, stdout } = await run(['plan', 'x.yml', '--facts', 'facts.json', '--format', 'json'])
    expect(JSON.parse(stdout)).toMatchObject({ cluster: 'm1-m2', verdict: 'refused', exitCode: code })
  })

  test('the Markdown has a heading', async () => {
    const { stdout } = await run(['plan', 'x.yml', '--facts', 'facts.json', '--format', 'markdown'])
    expect(stdout).toMatch(/^## nfsha plan: m1-m2/)
  })
})

describe('saved plans', () => {
  test.each([
    ['no plan', '{}', 64, 'is not a saved plan'],
    [
      "another cluster's",
      JSON.stringify({ format: 'nfsha-plan/1', selection: { only: [] }, plan: { cluster: 'b', steps: [] } }),
      5,
      'for cluster b',
    ],
  ])('%s is refused before any node is asked', async (_case, content, exitCode, message) => {
    writeFileSync(join(cwd, 'plan.json'), content)
    const { code, stderr } = await run(['deploy', 'x.yml', '--yes', '--plan', 'plan.json'])
    expect(code).toBe(exitCode)
    expect(stderr).toContain(message)
  })
})

test('a saved plan says which steps: options beside it are 64', async () => {
  const { code, stderr } = await run(['deploy', 'x.yml', '--yes', '--plan', 'p.json', '--only', 'hosts'])
  expect(code).toBe(64)
  expect(stderr).toContain('leave the others out')
})

describe('secrets', () => {
  test('a secrets file that others may read is refused with 3', async () => {
    rmSync(join(cwd, 'm1-m2.secrets'))
    writeFileSync(join(cwd, 'm1-m2.secrets'), secrets, { mode: 0o644 })
    const { code, stderr } = await run(['plan', 'x.yml', '--facts', 'facts.json'])
    expect(code).toBe(3)
    expect(stderr).toContain('chmod 600')
  })

  test('commands run only when allowed', async () => {
    const text = readFileSync(join(cwd, 'x.yml'), 'utf8')
    const refused = text.replace(/^secrets: .*$/m, 'secrets: { authkey: "command:echo from-a-command" }')
    writeFileSync(join(cwd, 'x.yml'), refused)
    const words = ['plan', 'x.yml', '--facts', 'facts.json']
    const { code, stderr } = await run(words)
    expect(code).toBe(3)
    expect(stderr).toContain('--allow-commands')
    expect((await run([...words, '--allow-commands'])).code).toBe(5)
  })
})
