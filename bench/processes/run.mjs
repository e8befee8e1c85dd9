// `node bench/processes/run.mjs [lab INVENTORY]`: how many processes nfsha starts on a node: each question on a
// pretended node here, commands on a lab's. Here root and loop devices are needed.
import { join } from 'node:path'
import { root } from '../../scripts/setup.mjs'
import { runBuilt } from '../built.mjs'

const [where = 'here', inventory = join(root, 'inventories', 'lab.yml')] = process.argv.slice(2)
const name = `processes/${where}`
await runBuilt({ [name]: `bench/${name}.ts` }, name, [
  inventory,
  join(root, 'bench', 'processes', 'stand-in.sh'),
])
