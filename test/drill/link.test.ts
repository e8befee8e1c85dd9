import { afterEach, describe, expect, test } from 'vitest'
import type { NfshaError } from '../../src/core/error.ts'
import { readClock } from '../../src/drill/clock.ts'
import { type Link, linkTo } from '../../src/drill/link.ts'
import { localTransport } from '../../src/transport/local.ts'

const address = { name: 'here', ssh: { host: 'here', become: false, connectTimeoutMs: 1, keepaliveMs: 1 } }
const links: Link[] = []

function link(): Link {
  const made = linkTo(localTransport(), address, new AbortController().signal)
  links.push(made)
  return made
}

afterEach(async () => {
  await Promise.all(links.splice(0).map(each => each.close()))
})

describe('a link', () => {
  test('runs scripts one at a time and gives what they said', async () => {
    const here = link()
    const answers = await Promise.all(
      ['echo one; sleep 0.1', 'echo "two  words"'].map(each => here.ask(each, 5000)),
    )
    expect(answers).toEqual(['one', 'two  words'])
  })

  test('says what a script failed with, and goes on', async () => {
    const here = link()
    const failed = await here
      .ask('echo so; echo no room >&2; exit 7', 5000)
      .catch((error: NfshaError) => error)
    expect(failed).toMatchObject({ code: 'failed', message: 'here: so; no room' })
    expect(await here.tryAsk('exit 1', 5000)).toBeUndefined()
    expect(await here.ask('echo on', 5000)).toBe('on')
  })

  test('ends a script that takes too long', async () => {
    await expect(link().ask('sleep 60', 1000)).rejects.toThrow('no end within 1 s')
  })

  test('connects again when the shell behind it has gone', async () => {
    const here = link()
    await here.ask('true', 5000)
    await (await here.session()).close()
    expect(await here.tryAsk('echo gone', 5000)).toBeUndefined()
    expect(await here.ask('echo back', 5000)).toBe('back')
  })

  test("reads the other side's clock: the same here, so its offset is that of the two clocks' zeros", async () => {
    const session = await link().session()
    const reading = await readClock(session, () => Number(process.hrtime.bigint()) / 1e6)
    expect(Math.abs(reading?.offsetMs ?? Number.NaN)).toBeLessThan((reading?.uncertaintyMs ?? 0) + 10)
  })
})
