// Preloaded by bench/startup/run.mjs: prints, when the process ends, how many ES modules it loaded.
import { register } from 'node:module'
import { MessageChannel } from 'node:worker_threads'

const { port1, port2 } = new MessageChannel()
let count = 0
port1.on('message', () => {
  count += 1
})
port1.unref()
const hooks = `
let port
export function initialize(given) { port = given }
export async function load(url, context, next) { port.postMessage(url); return next(url, context) }`
register(`data:text/javascript,${encodeURIComponent(hooks)}`, {
  parentURL: import.meta.url,
  data: port2,
  transferList: [port2],
})
process.on('exit', () => process.stderr.write(`modules ${count}\n`))
