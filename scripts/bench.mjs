// npm run bench: every yardstick, each beside what it is measured against, in one sitting. Prints figures,
// asserts nothing. `npm run bench -- startup | ssh | processes | lab` runs one.
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { build, installDebianPackages, installNpmPackages, root, run, say, testPackages } from './setup.mjs'

const inventory = 'inventories/lab.yml'
const nfsha = (...args) => run(process.execPath, [join(root, 'dist', 'cli', 'main.js'), ...args])

const parts = {
  startup: () => run(process.execPath, ['bench/startup/run.mjs'], { stdio: 'inherit' }),
  ssh: () => run(process.execPath, ['bench/ssh/run.mjs'], { stdio: 'inherit' }),
  processes: () => run(process.execPath, ['bench/processes/run.mjs'], { stdio: 'inherit' }),
  lab: () => {
    const rows = [
      ['lab up, from the cached snapshot', ['lab', 'up', '--from', 'blank', '--inventory', inventory]],
      ['first plan', ['plan', inventory]],
      ['first deploy', ['deploy', inventory, '--yes']],
      ['second deploy', ['deploy', inventory, '--yes']],
      ['status', ['status', inventory]],
    ].map(([name, args]) => {
      const started = performance.now()
      nfsha(...args)
      return `| ${name} | ${((performance.now() - started) / 1000).toFixed(1)} |`
    })
    process.stdout.write(`| on the lab | s |\n|---|---|\n${rows.join('\n')}\n`)
    run(process.execPath, ['bench/processes/run.mjs', 'lab', inventory], { stdio: 'inherit' })
  },
}

installNpmPackages()
installDebianPackages(testPackages)
build()
for (const name of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts)) {
  say(`bench ${name}, load ${loadavg()[0].toFixed(1)}`)
  parts[name]()
}
