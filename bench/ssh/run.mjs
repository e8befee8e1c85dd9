// `node bench/ssh/run.mjs [ROUNDS]`. Root, openssh-server, iproute2 and util-linux are needed.
import { runBuilt } from '../built.mjs'

const entries = { 'ssh/main': 'bench/ssh/main.ts', 'ssh/controller': 'bench/ssh/controller.ts' }
await runBuilt(entries, 'ssh/main', process.argv.slice(2))
