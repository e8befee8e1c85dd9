// npm run demo: from a fresh clone to a pair that serves a client's file, on this machine, saying what it does.
// The lab stays up afterwards to play with; `npx nfsha lab down` ends it.
import { join } from 'node:path'
import { build, installNpmPackages, root, run, say } from './setup.mjs'

const inventory = 'inventories/lab.yml'
const vip = '192.168.0.219'
const mount = '/mnt/nfsha'

const times = []
let failed = false

/** One part of the demo, announced and timed. */
function part(title, deed) {
  if (failed) return
  say(`── ${title}`)
  const started = performance.now()
  try {
    deed()
  } catch (error) {
    failed = true
    process.stderr.write(
      `error: ${title}: ${error.message}\n  fix: read the lines above; running npm run demo again is safe\n`,
    )
  }
  times.push([title, Math.round((performance.now() - started) / 100) / 10])
}

const nfsha = (...args) =>
  run(process.execPath, [join(root, 'dist', 'cli', 'main.js'), ...args], { stdio: 'inherit' })
const onClient = script => nfsha('lab', 'ssh', '--inventory', inventory, 'c1', '--', script)

part('set up nfsha (npm packages, build)', () => {
  installNpmPackages()
  build()
})
part('start the lab: two bare nodes and a client', () => nfsha('lab', 'up', '--inventory', inventory))
part('show the plan', () => nfsha('plan', inventory))
part('deploy', () => nfsha('deploy', inventory, '--yes'))
part('mount what the inventory declares, on the client', () => nfsha('clients', 'deploy', inventory, '--yes'))
part('write a file through the VIP', () =>
  onClient(`echo "written by $(uname -n) through ${vip}" > ${mount}/hello && sync && cat ${mount}/hello`),
)
// Emulated guests beside other work answer late; a status that is cut short would call that a concern.
part('status', () => nfsha('status', inventory, '--timeout', '30s'))

say('where the time went:')
for (const [title, seconds] of times) process.stderr.write(`  ${String(seconds).padStart(7)} s  ${title}\n`)
process.stderr.write(
  `  ${times
    .reduce((sum, [, seconds]) => sum + seconds, 0)
    .toFixed(1)
    .padStart(7)} s  in all\n`,
)
if (failed) process.exit(1)
say(
  `the lab is up: try \`npx nfsha status ${inventory}\`, \`npx nfsha plan ${inventory}\`, \`npx nfsha switchover ${inventory}\`, \`npx nfsha lab fault\`; \`npx nfsha lab down\` ends it`,
)
