import { script, wordStep } from '../../executor/harness.ts'

/** Runs until /srv/go is there. */
export const longStep = wordStep({
  id: 'long',
  wants: 'a',
  actions: [script('while [ ! -e /srv/go ]; do sleep 0.1; done; echo a >/srv/long')],
})

export const nextStep = wordStep({ id: 'next', wants: 'b' })
