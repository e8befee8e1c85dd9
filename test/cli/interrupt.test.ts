import { describe, expect, test } from 'vitest'
import { listenForInterrupts, unlessInterrupted } from '../../src/cli/interrupt.ts'

function keyboard() {
  const callbacks = new Set<() => void>()
  return {
    io: {
      onInterrupt: (callback: () => void) => {
        callbacks.add(callback)
        return () => callbacks.delete(callback)
      },
    },
    press: () => {
      for (const callback of callbacks) callback()
    },
    listeners: () => callbacks.size,
  }
}

describe('interrupts', () => {
  test('the first asks to stop, the second to leave', () => {
    const { io, press } = keyboard()
    const { stop, leave } = listenForInterrupts(io)
    expect([stop.aborted, leave.aborted]).toEqual([false, false])
    press()
    expect([stop.aborted, leave.aborted]).toEqual([true, false])
    press()
    expect([stop.aborted, leave.aborted]).toEqual([true, true])
  })

  test('are no longer listened to once released', () => {
    const { io, listeners } = keyboard()
    listenForInterrupts(io).release()
    expect(listeners()).toBe(0)
  })

  test('end a reading at once, with 130', async () => {
    const { io, press } = keyboard()
    const { stop } = listenForInterrupts(io)
    const reading = unlessInterrupted(new Promise(() => {}), stop)
    press()
    await expect(reading).rejects.toMatchObject({ exitCode: 130 })
    await expect(unlessInterrupted(new Promise(() => {}), stop)).rejects.toMatchObject({ exitCode: 130 })
  })

  test('that never come change nothing', async () => {
    const { stop } = listenForInterrupts(keyboard().io)
    await expect(unlessInterrupted(Promise.resolve('facts'), stop)).resolves.toBe('facts')
  })
})
