import { EventEmitter } from 'node:events'
import { describe, expect, test } from 'vitest'

interface Doors {
  readonly isKept?: boolean
  readonly lab: (word: string) => string | undefined
  readonly hears: EventEmitter
}

/** Plain Node, which runs before there is a build. */
const { withOwnLab } = (await import('../../scripts/own-lab.mjs' as string)) as {
  withOwnLab<T>(work: (isStopped: () => Promise<boolean>) => Promise<T>, doors: Doors): Promise<T>
}

/** A lab that work brings up, and what was asked of it. */
function labThatIs(state: string | undefined) {
  let now = state
  const words: string[] = []
  const lab = (word: string) => {
    words.push(word)
    if (word === 'down') now = 'down'
    return now === undefined ? undefined : JSON.stringify({ state: now })
  }
  const bringUp = () => {
    if (now !== undefined) now = 'up'
  }
  return { lab, bringUp, wasEnded: () => words.includes('down'), hears: new EventEmitter() }
}

describe('the lab of the tests', () => {
  test.each([
    ['is ended by who started it', 'absent', false, true],
    ['is ended by who started it again', 'down', false, true],
    ['is kept when asked for', 'absent', true, false],
    ['that was up before stays', 'up', false, false],
    ['that was partly up before stays', 'partly', false, false],
    ['that cannot be asked stays', undefined, false, false],
  ])('%s', async (_, state, isKept, isEnded) => {
    const { bringUp, wasEnded, ...doors } = labThatIs(state)
    expect(await withOwnLab(async () => bringUp(), { ...doors, isKept })).toBeUndefined()
    expect(wasEnded()).toBe(isEnded)
  })

  test('is ended after a failure', async () => {
    const { bringUp, wasEnded, ...doors } = labThatIs('absent')
    const work = async () => {
      bringUp()
      throw new Error('broken')
    }
    await expect(withOwnLab(work, doors)).rejects.toThrow('broken')
    expect(wasEnded()).toBe(true)
  })

  test.each(['SIGINT', 'SIGTERM'])('is ended after %s, and nobody listens any more', async signal => {
    const { bringUp, wasEnded, ...doors } = labThatIs('absent')
    const wasStopped = await withOwnLab(async isStopped => {
      bringUp()
      doors.hears.emit(signal)
      return isStopped()
    }, doors)
    expect([wasStopped, wasEnded(), doors.hears.listenerCount(signal)]).toEqual([true, true, 0])
  })

  test('that nobody brought up is not ended', async () => {
    const { bringUp: _, wasEnded, ...doors } = labThatIs('absent')
    await withOwnLab(async () => undefined, doors)
    expect(wasEnded()).toBe(false)
  })
})
