// Whoever starts the lab ends it: tests leave no guests running on the machine of whoever tried them.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { setImmediate as breath } from 'node:timers/promises'
import { root, say } from './setup.mjs'

const inventory = join(root, 'inventories', 'lab.yml')
const signals = ['SIGINT', 'SIGTERM']

/** Runs nfsha on the lab; its standard output, or undefined where it failed. */
function onLab(...words) {
  const done = spawnSync(
    process.execPath,
    [join(root, 'dist', 'cli', 'main.js'), 'lab', ...words, '--inventory', inventory, '--format', 'json'],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 2] },
  )
  return done.status === 0 ? done.stdout : undefined
}

/**
 * Does `work`, and then ends the lab, whatever came of it, unless it was up before, cannot be asked, or is to be
 * kept. `work` is given a question: whether somebody asked to stop. A signal is heard between its parts only, since
 * each of them waits for its child, which Ctrl-C reaches by itself.
 */
export async function withOwnLab(work, { isKept = false, lab = onLab, hears = process } = {}) {
  const isOurs = isDown(lab('status'))
  let isStopped = false
  const stop = () => {
    isStopped = true
  }
  for (const signal of signals) hears.on(signal, stop)
  try {
    return await work(async () => {
      await breath()
      return isStopped
    })
  } finally {
    if (isOurs && !isKept && !isDown(lab('status'))) {
      say('ending the lab that the tests started (--keep-lab keeps it)')
      if (lab('down') === undefined) say('it did not end: `npx nfsha lab down` ends it')
    }
    for (const signal of signals) hears.off(signal, stop)
  }
}

function isDown(status) {
  return status !== undefined && ['absent', 'down'].includes(JSON.parse(status).state)
}
