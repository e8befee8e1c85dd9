import { longStep, nextStep } from './long-steps.ts'
import { controlPair, type Pair } from './pair.ts'

/*
 * A controller as a process of its own, to be killed: says `begun RUN` once the long step runs on both
 * nodes.
 */

const running = new Set<string>()
const pair = JSON.parse(process.argv[2] ?? '') as Pair
const controller = await controlPair(pair, event => {
  if (event.type === 'action-started' && event.ref === 'long') running.add(event.host)
  if (running.size === 2) process.stdout.write(`begun ${controller.run.id}\n`)
})
await controller.deploy([longStep, nextStep])
