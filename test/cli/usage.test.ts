import { describe, expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { nfsha } from './harness.ts'

describe('help', () => {
  test('lists every command, and the exit codes', async () => {
    const { code, stdout } = await nfsha(['--help'])
    expect(code).toBe(0)
    for (const name of Object.keys(commands)) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'))
    expect(stdout).toContain('64 usage')
  })

  test.each(Object.keys(commands))(
    'of %s says what it does, with examples and the common options',
    async name => {
      const { code, stdout, stderr } = await nfsha([name, '--help'])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toContain(`Usage: nfsha ${name}`)
      expect(stdout).toContain('Examples:')
    },
  )

  const groups = ['lab', 'clients', 'split-brain']
  const plain = Object.keys(commands).filter(name => !groups.includes(name))
  const grouped = [
    ...['status', 'deploy', 'remove'].map(name => `clients ${name}`),
    ...['show', 'repair'].map(name => `split-brain ${name}`),
  ]
  test.each([...plain, ...grouped])('%s takes --format, --no-color and -v', async name => {
    const { stdout } = await nfsha([...name.split(' '), '--help'])
    for (const option of ['--format <format>', '--no-color', '-v, --verbose'])
      expect(stdout).toContain(option)
  })
})

describe('usage errors', () => {
  test.each([
    ['an unknown command', ['plna'], "unknown command 'plna'", 'Did you mean plan?'],
    ['the help of an unknown command', ['nosuch', '--help'], "unknown command 'nosuch'", 'see nfsha --help'],
    ['help about an unknown command', ['help', 'nosuch'], "unknown command 'nosuch'", 'see nfsha --help'],
    [
      'the help of one in a group',
      ['lab', 'stauts', '-h'],
      "unknown command 'stauts'",
      'Did you mean status?',
    ],
    [
      'a drill of nothing',
      ['drill', '--fault', 'standby'],
      "missing required argument 'inventory'",
      'nfsha drill',
    ],
    [
      'two inventories for one lab',
      ['lab', 'status', 'x.yml', '-i', 'y.yml'],
      'two inventories are given',
      'leave --inventory out',
    ],
    [
      'an unknown option',
      ['validate', 'x.yml', '--colour'],
      "unknown option '--colour'",
      'nfsha validate --help',
    ],
    ['a missing argument', ['plan'], "missing required argument 'inventory'", 'nfsha plan --help'],
    ['too many arguments', ['validate', 'a', 'b'], 'too many arguments', 'nfsha validate --help'],
    [
      'an unknown format',
      ['validate', 'x.yml', '--format', 'xml'],
      'Allowed choices are text, json',
      '--help',
    ],
    [
      'a bad number',
      ['deploy', 'x.yml', '--lock-timeout', 'soon'],
      'give whole seconds',
      'nfsha deploy --help',
    ],
    ['one node too few', ['init', '--out', 'x.yml', '--nodes', 'a'], 'give two names', 'nfsha init --help'],
    [
      'a release that moves',
      ['switchover', 'x.yml', '--yes', '--release', '--to', 'm1'],
      '--release goes with neither',
      'release first',
    ],
    [
      'a release that waits',
      ['switchover', 'x.yml', '--yes', '--release', '--wait'],
      '--wait is for a move',
      'leave',
    ],
    [
      'a reason for nothing',
      ['switchover', 'x.yml', '--yes', '--reason', 'r'],
      '--reason says why',
      '--hold',
    ],
    ['an isolation of nobody', ['isolate', 'x.yml', '--yes'], 'which node is to be isolated', 'nfsha status'],
    [
      'an isolation that is undone',
      ['isolate', 'x.yml', 'm2', '--undo', '--yes'],
      '--undo goes with neither',
      'the node that is held',
    ],
    ['a maintenance without a deed', ['maintain', 'x.yml', '--yes'], 'nothing is to be done', '--reboot'],
    ['a maintenance without a deed', ['maintain', 'x.yml', '--yes'], 'nothing is to be done', '--reboot'],
    ['nobody to ask for a move', ['switchover', 'x.yml'], '--yes is missing', 'nfsha plan'],
    ['nobody to ask', ['deploy', 'x.yml'], '--yes is missing', 'nfsha plan'],
  ])('%s is 64, with a fix', async (_case, words, message, fix) => {
    const { code, stdout, stderr } = await nfsha(words)
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
    expect(stderr).toMatch(/^error: .*\n {2}fix: .*\n$/)
    expect(stderr).toContain(message)
    expect(stderr).toContain(fix)
  })

  test('no command is 64 too, and shows the help', async () => {
    const { code, stdout, stderr } = await nfsha([])
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
    expect(stderr).toMatch(/^Usage: nfsha/)
    expect(stderr).toMatch(/error: no command given\n {2}fix: see nfsha --help\n$/)
  })

  test('in JSON they are on standard output, alone', async () => {
    const { code, stdout, stderr } = await nfsha(['validate', '--format', 'json'])
    expect({ code, stderr }).toEqual({ code: 64, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'usage', exitCode: 64 })
  })
})

describe('what needs no inventory', () => {
  test.each([[['drill', '--list']], [['drill', 'no-such.yml', '--list']]])(
    '%j lists the faults',
    async words => {
      const { code, stdout, stderr } = await nfsha(words)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(/^node-freeze +lab only +\S/m)
    },
  )

  test('the lab takes an inventory as every command does', async () => {
    const { code, stderr } = await nfsha(['lab', 'status', 'no-such.yml'])
    expect(code).toBe(1)
    expect(stderr).toContain('no-such.yml')
  })
})

describe('--version', () => {
  test('prints the version, alone', async () => {
    const { code, stdout } = await nfsha(['--version'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
