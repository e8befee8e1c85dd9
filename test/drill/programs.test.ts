import { execFileSync, spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseOperations, parseVerification } from '../../src/drill/records.ts'

/* The perl programs, run here on a directory instead of a mount. */

const client = join('templates', 'drill', 'client.pl')
/** Modules of perl-base (Debian 12); anything else is missing on a minimal client. */
const perlBase = ['Errno', 'Fcntl', 'IO::Handle', 'POSIX', 'Socket', 'strict', 'warnings']

let directory: string
let log: string
let work: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'nfsha-drill-'))
  log = join(directory, 'log')
  work = join(directory, 'work')
  for (const path of [log, work, join(work, 'create'), join(work, 'unlink')]) mkdirSync(path)
  writeFileSync(join(work, 'rename.0'), '')
  for (let i = 0; i < 40; i += 1) writeFileSync(join(work, 'unlink', String(i)), '')
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** Runs the workload until something was acknowledged a few times, then says that it is enough. */
function workload(...options: readonly string[]): Promise<string> {
  const child = spawn('perl', [client, 'work', log, '60', '127.0.0.1', '77', ...options, `4.2=${work}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NFSHA_FRAME: 'token line' },
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    said += text
    if (/acked 4\.2 [5-9]/.test(said) || /acked 4\.2 \d\d/.test(said)) child.stdin.end('\n')
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => resolve(said))
  })
}

function verify(): ReturnType<typeof parseVerification> {
  return parseVerification(
    execFileSync('perl', [client, 'verify', log, '77', `4.2=${work}`], { encoding: 'utf8' }),
  )
}

const appended = () => verify()?.find(({ kind }) => kind === 'append')

describe('the program on the client', () => {
  test('says what it does in frames, and ends when it is told to', async () => {
    const lines = (await workload()).trim().split('\n')
    expect(lines[0]).toBe('token line started .')
    expect(lines.at(-1)).toBe('token line ended .')
  })

  test('works, and finds all that it was acknowledged', async () => {
    await workload()
    for (const kind of ['append', 'create', 'rename', 'unlink', 'lock']) {
      const records = parseOperations(readFileSync(join(log, `4.2.${kind}`), 'utf8'))
      expect(records.length, kind).toBeGreaterThan(0)
      expect(
        records.filter(({ error }) => error !== undefined),
        kind,
      ).toEqual([])
    }
    for (const each of verify() ?? [])
      expect(each, each.kind).toMatchObject({ lost: 0, corrupt: 0, duplicated: 0 })
  })

  test('misses what is gone, to the record', async () => {
    await workload()
    const { acknowledged = 0 } = appended() ?? {}
    truncateSync(join(work, 'append'), 3 * 64)
    expect(appended()).toMatchObject({ lost: acknowledged - 3, gap: [3, acknowledged - 1], corrupt: 0 })
  })

  test('sees other bytes, a hole, and a record that is there twice', async () => {
    await workload()
    const path = join(work, 'append')
    const bytes = readFileSync(path)
    const records = Array.from({ length: bytes.length / 64 }, (_, at) =>
      bytes.subarray(at * 64, at * 64 + 64),
    )
    const [first = bytes, second = bytes, , ...rest] = records
    const other = Buffer.from(second)
    other.write('X', 40)
    writeFileSync(path, Buffer.concat([first, first, other, Buffer.alloc(64), ...rest]))
    expect(appended()).toMatchObject({ lost: 2, gap: [1, 2], corrupt: 1, duplicated: 1 })
  })

  test('misses a file that was created, and one that was unlinked and is back', async () => {
    await workload()
    rmSync(join(work, 'create', '0'))
    writeFileSync(join(work, 'unlink', '0'), '')
    const lost = (kind: string) => verify()?.find(each => each.kind === kind)?.lost
    expect([lost('create'), lost('unlink')]).toEqual([1, 1])
  })
})

test("the article's loop runs when it is asked for, and only then", async () => {
  await workload()
  expect(existsSync(join(log, '4.2.yardstick'))).toBe(false)
  rmSync(log, { recursive: true })
  mkdirSync(log)
  await workload('--yardstick')
  expect(readFileSync(join(log, '4.2.yardstick'), 'utf8')).toMatch(/^b 0 /)
})

test('as many files are made as are unlinked', () => {
  const program = /files_to_unlink = (\d+)/.exec(readFileSync(client, 'utf8'))?.[1]
  const server = /filesToUnlink = (\d+)/.exec(readFileSync('src/drill/workload.ts', 'utf8'))?.[1]
  expect(program).toBe(server)
})

test.each(['client', 'node'])('%s.pl needs perl-base only', name => {
  const text = readFileSync(join('templates', 'drill', `${name}.pl`), 'utf8')
  const modules = [...text.matchAll(/^use ([\w:]+)/gm)].map(([, module]) => module)
  expect(modules.filter(module => !perlBase.includes(module ?? ''))).toEqual([])
  expect(text).not.toMatch(/\brequire\b/)
})

describe('the observer, of a line of /proc/drbd', () => {
  /** What one of its functions answers for minor 0; the program itself would look at this machine. */
  function says(name: string, line: string): string {
    const source = readFileSync(join('templates', 'drill', 'node.pl'), 'utf8')
    const text = new RegExp(`^sub ${name} \\{.*?^\\}`, 'ms').exec(source)?.[0]
    if (text === undefined) throw new Error(`no function ${name}`)
    return execFileSync('perl', ['-e', `${text}\nprint ${name}($ARGV[0], 0)`, line], { encoding: 'utf8' })
  }

  test.each([
    ['that goes', ' 0: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C r-----', 'go'],
    [
      'that is cut off, and goes',
      ' 0: cs:WFConnection ro:Primary/Unknown ds:UpToDate/Outdated C r-----',
      'go',
    ],
    [
      'that holds back writes',
      ' 0: cs:WFConnection ro:Primary/Unknown ds:UpToDate/DUnknown C s-----',
      'frozen',
    ],
    // Without a connection there is no protocol to print (drbd_proc.c).
    [
      'that does so StandAlone',
      ' 0: cs:StandAlone ro:Primary/Unknown ds:UpToDate/DUnknown   s-----',
      'frozen',
    ],
    ['that goes StandAlone', ' 0: cs:StandAlone ro:Primary/Unknown ds:UpToDate/DUnknown   r-----', 'go'],
    ['of another minor', ' 1: cs:WFConnection ro:Primary/Unknown ds:UpToDate/DUnknown C s-----', 'go'],
    ['that is not there', ' 0: cs:Unconfigured', 'go'],
  ])('tells a device %s', (_case, line, expected) => {
    expect(says('writes_of', `version: 8.4.11\n${line}\n    ns:0 nr:0`)).toBe(expected)
  })
})
