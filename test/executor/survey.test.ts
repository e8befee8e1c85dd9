import { afterEach, describe, expect, test } from 'vitest'
import { NfshaError } from '../../src/core/error.ts'
import { present, unknown } from '../../src/core/fact.ts'
import type { Probe } from '../../src/core/probe.ts'
import type { HostAddress, Transport } from '../../src/core/transport.ts'
import { openSurvey, type Survey } from '../../src/executor/survey.ts'
import { localTransport } from '../../src/transport/local.ts'

const ssh = { host: 'h', become: false, connectTimeoutMs: 15_000, keepaliveMs: 1000 }
const one: HostAddress = { name: 'one', ssh }
const two: HostAddress = { name: 'two', ssh }
const says = probe('echo well')

function probe(script: string): Probe<string> {
  return {
    id: script,
    script,
    parse: ({ stdout }) => present(stdout.trim()),
    deadlineMs: 60_000,
    maxBytes: 1000,
  }
}

/** A transport whose straight way to `two` does what is said; its detours are real, and counted. */
function troubled(toTwo: (signal: AbortSignal) => Promise<never>) {
  const local = localTransport(() => ['sh'])
  const taken: string[] = []
  const transport: Transport = {
    open: (host, signal) => (host.name === 'two' ? toTwo(signal) : local.open(host, signal)),
    openBy: async (host, detour, signal) => {
      taken.push(`${host.name} through ${detour.through.name}`)
      return { shell: await local.open(host, signal), address: detour.addresses[0] ?? '' }
    },
    close: () => local.close(),
  }
  return { transport, taken }
}

/** Never answers; ends when it is told to. */
const silence = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped')))
  })
const failsWith = (code: 'unreachable' | 'refused') => async () => {
  throw new NfshaError(code, `two: ${code}`, 'mend it')
}

let survey: Survey | undefined
afterEach(async () => {
  await survey?.close()
  survey = undefined
})

function look(transport: Transport, withDetour: boolean): Survey {
  survey = openSurvey({
    transport,
    hosts: [
      { address: one, ...(withDetour && { detour: { through: two, addresses: ['10.0.0.1'] } }) },
      { address: two, ...(withDetour && { detour: { through: one, addresses: ['10.0.0.2'] } }) },
    ],
    events: () => undefined,
    signal: new AbortController().signal,
  })
  return survey
}

const probes = { one: [says], two: [says] }

describe('a survey', () => {
  test('tells what one host says, though the other is silent', async () => {
    const { facts, detours } = await look(troubled(silence).transport, false).read(probes, 5000)
    expect(facts.one).toEqual({ [says.id]: present('well') })
    expect(facts.two).toEqual({ [says.id]: unknown('two did not answer within 3 s') })
    expect(detours).toEqual({})
  })

  test.each([
    ['is silent', silence],
    ['is not reachable', failsWith('unreachable')],
  ])('asks a host through the other one when its own address %s', async (_case, toTwo) => {
    const { transport, taken } = troubled(toTwo)
    const { facts, detours } = await look(transport, true).read(probes, 20_000)
    expect(facts.two).toEqual({ [says.id]: present('well') })
    expect(detours).toEqual({ two: { through: 'one', address: '10.0.0.2' } })
    expect(taken).toEqual(['two through one'])
  })

  test('goes no way round a host that refuses us', async () => {
    const { transport, taken } = troubled(failsWith('refused'))
    const { facts } = await look(transport, true).read(probes, 5000)
    expect(facts.two).toEqual({ [says.id]: unknown('two: refused') })
    expect(taken).toEqual([])
  })

  test('waits for nobody when both are silent, each being the way to the other', async () => {
    const transport: Transport = {
      open: (_, signal) => silence(signal),
      openBy: (_, __, signal) => silence(signal),
      close: async () => undefined,
    }
    const { facts } = await look(transport, true).read(probes, 3000)
    expect(Object.values(facts).flatMap(Object.values)).toHaveLength(2)
    expect(facts.one?.[says.id]).toMatchObject({ state: 'unknown' })
  })

  test('has the answers of a host on which many questions hang', async () => {
    const hanging = Array.from({ length: 12 }, (_, i) => probe(`sleep ${600 + i}`))
    const { facts } = await look(
      localTransport(() => ['sh']),
      false,
    ).read({ one: [says, ...hanging], two: [] }, 5000)
    expect(facts.one?.[says.id]).toEqual(present('well'))
    for (const { id } of hanging) expect(facts.one?.[id]).toMatchObject({ state: 'unknown' })
  })

  test('asks again over the shells that are open, and opens lost ones again', async () => {
    const local = localTransport(() => ['sh'])
    let opened = 0
    const counting: Transport = {
      ...local,
      open: (host, signal) => {
        opened += 1
        return local.open(host, signal)
      },
    }
    const again = look(counting, false)
    for (let i = 0; i < 3; i++) await again.read(probes, 5000)
    expect(opened).toBe(2)
    await again.read({ one: [probe('kill -9 $$; sleep 9')], two: [] }, 5000)
    const { facts } = await again.read(probes, 5000)
    expect(facts.one).toEqual({ [says.id]: present('well') })
  })
})
