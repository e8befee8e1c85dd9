import { afterEach, describe, expect, test } from 'vitest'
import { present } from '../../src/core/fact.ts'
import type { Probe } from '../../src/core/probe.ts'
import { gather } from '../../src/executor/gather.ts'
import { type OpenHosts, openHosts } from '../../src/executor/hosts.ts'
import { localTransport } from '../../src/transport/local.ts'

function probe(script: string, more: Partial<Probe<string>> = {}): Probe<string> {
  return {
    id: script,
    script,
    parse: ({ stdout }) => present(stdout),
    deadlineMs: 20_000,
    maxBytes: 1_000_000,
    ...more,
  }
}

let open: OpenHosts | undefined
afterEach(async () => {
  await open?.close()
  open = undefined
})

async function connect(shell: string): Promise<OpenHosts> {
  const ssh = { host: 'h', become: false, connectTimeoutMs: 1000, keepaliveMs: 1000 }
  open = await openHosts({
    transport: localTransport(() => [shell]),
    hosts: [{ name: 'h', ssh }],
    events: () => undefined,
    signal: new AbortController().signal,
  })
  return open
}

async function ask(shell: string, probes: readonly Probe<unknown>[]) {
  const facts = await gather(await connect(shell), { h: probes })
  return probes.map(({ id }) => facts.h?.[id])
}

describe.each(['dash', 'bash'])('gathering through %s', shell => {
  const cases: readonly { name: string; probe: Probe<unknown>; fact: unknown }[] = [
    { name: 'an answer', probe: probe('printf "a\\nb"'), fact: present('a\nb') },
    { name: 'nothing', probe: probe('true'), fact: present('') },
    { name: 'proven absent', probe: probe('echo x; exit 3'), fact: { state: 'absent' } },
    {
      name: 'the reason on standard output',
      probe: probe('echo why; exit 1'),
      fact: { state: 'unknown', reason: 'why' },
    },
    {
      name: 'the reason on standard error',
      probe: probe('echo why >&2; exit 9'),
      fact: { state: 'unknown', reason: 'why' },
    },
    {
      name: 'no reason',
      probe: probe('exit 9'),
      fact: { state: 'unknown', reason: 'it ended with exit code 9' },
    },
    { name: 'standard error beside an answer', probe: probe('echo warn >&2; echo x'), fact: present('x\n') },
    { name: 'one that reads standard input', probe: probe('cat; echo x'), fact: present('x\n') },
    { name: 'text that is not ASCII', probe: probe("printf 'žluť'"), fact: present('žluť') },
    {
      name: 'an ending shell',
      probe: probe("sh -c 'kill -KILL $PPID'"),
      fact: { state: 'unknown', reason: 'it ended with exit code 137' },
    },
    {
      name: 'a broken parser',
      probe: probe('echo x #', {
        parse: () => {
          throw new TypeError('bad')
        },
      }),
      fact: { state: 'unknown', reason: 'its answer cannot be read: bad' },
    },
    {
      name: 'too many bytes',
      probe: probe('head -c 5000 /dev/zero', { maxBytes: 4999 }),
      fact: { state: 'unknown', reason: 'it answered with more than 4999 bytes' },
    },
    {
      name: 'endless output',
      probe: probe('yes', { maxBytes: 100 }),
      fact: { state: 'unknown', reason: 'it answered with more than 100 bytes' },
    },
    {
      name: 'as many bytes as it may',
      probe: probe('head -c 5000 /dev/zero | tr "\\0" x', { maxBytes: 5000 }),
      fact: present('x'.repeat(5000)),
    },
  ]
  test.each(cases)('$name', async ({ probe, fact }) => {
    expect(await ask(shell, [probe])).toEqual([fact])
  })

  test('a syntax error in one probe leaves the others alone', async () => {
    const [broken, fine] = await ask(shell, [probe('if ((; "'), probe('echo x')])
    expect(broken).toMatchObject({ state: 'unknown' })
    expect(fine).toEqual(present('x\n'))
  })

  test('many probes and much output come back whole, each to its own', async () => {
    const probes = Array.from({ length: 60 }, (_, index) => probe(`seq ${index * 100}`))
    const expected = probes.map((_, index) =>
      present(Array.from({ length: index * 100 }, (_, line) => `${line + 1}\n`).join('')),
    )
    expect(await ask(shell, probes)).toEqual(expected)
  })

  test('a late probe is killed with what it started, and the others are not kept waiting for it', async () => {
    const word = `nfsha-late-${shell}-${process.pid}`
    const late = probe(`sh -c 'exec sleep 31; : ${word}' & sleep 32`, { deadlineMs: 1000 })
    const [first, second] = await ask(shell, [late, probe('echo x')])
    expect(first).toEqual({ state: 'unknown', reason: 'no answer within 1 s' })
    expect(second).toEqual(present('x\n'))
    expect(await ask(shell, [probe(`pgrep -f '[s]h -c exec sleep 31; : ${word}' || echo gone`)])).toEqual([
      present('gone\n'),
    ])
  })

  test('one that cannot be killed is given up: nobody waits for it', async () => {
    // A task in D state, as the shell sees it: one that KILL does not end before the deadline. A
    // process that left the probe's tree stands for it, and holds its output open.
    const stuck = probe('setsid -f sleep 20; sleep 21', { deadlineMs: 1000 })
    expect(await ask(shell, [stuck])).toEqual([{ state: 'unknown', reason: 'no answer within 1 s' }])
  })
})

test('a host without a session answers unknown, with the reason', async () => {
  const hosts = await openHosts({
    transport: localTransport(() => ['/nonexistent/shell']),
    hosts: [{ name: 'h', ssh: { host: 'h', become: false, connectTimeoutMs: 1, keepaliveMs: 1 } }],
    events: () => undefined,
    signal: new AbortController().signal,
  })
  const facts = await gather(hosts, { h: [probe('echo x')], other: [probe('echo y')] })
  expect(facts).toEqual({
    h: { 'echo x': { state: 'unknown', reason: 'cannot start /nonexistent/shell for h' } },
    other: { 'echo y': { state: 'unknown', reason: 'there is no connection to other' } },
  })
  expect([...hosts.failures.keys()]).toEqual(['h'])
  await hosts.close()
})

test('a link that breaks while asking makes the facts unknown and the host failed', async () => {
  const hosts = await connect('dash')
  const facts = await gather(hosts, { h: [probe('kill -KILL $$')] })
  expect(facts.h?.['kill -KILL $$']).toMatchObject({ state: 'unknown' })
  expect(hosts.failures.get('h')?.code).toBe('unreachable')
})
