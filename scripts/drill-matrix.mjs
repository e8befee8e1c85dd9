// npm run drill:matrix: drills over sets of settings, on the lab; each result is appended as it comes, so
// that a run can be broken off and taken up again, and the table and the page are made of all there are.
//   --variants A,B   --faults X,Y   --repeat N (5)   --list   --report (only table and page)
//   --results FILE   where results go and come from (docs/drills/DATE.jsonl, today's)
import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { bundle } from './bundle.mjs'
import { faults as allFaults, variants as allVariants, inventoryOf } from './drill-variants.mjs'
import { build, installNpmPackages, root, say } from './setup.mjs'

const { values: options } = parseArgs({
  options: {
    variants: { type: 'string', default: 'default,article-001' },
    faults: { type: 'string', default: 'standby,power-cut,service-nic-cut' },
    repeat: { type: 'string', default: '5' },
    results: {
      type: 'string',
      default: join('docs', 'drills', `${new Date().toISOString().slice(0, 10)}.jsonl`),
    },
    list: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
  },
})

if (options.list) {
  process.stdout.write(
    `variants: ${allVariants.map(({ label }) => label).join(', ')}\nfaults: ${allFaults.join(', ')}\n`,
  )
  process.exit(0)
}

const work = join(root, '.nfsha', 'drill-matrix')
const file = resolve(root, options.results)
const repeat = Number(options.repeat)
const wantedVariants = chosen(
  options.variants,
  allVariants.map(({ label }) => label),
)
const wantedFaults = chosen(options.faults, allFaults)
mkdirSync(work, { recursive: true })
mkdirSync(dirname(file), { recursive: true })
installNpmPackages()
build()

let failed = 0
if (!options.report) {
  for (const variant of allVariants.filter(({ label }) => wantedVariants.includes(label))) runVariant(variant)
}
await report()
process.exitCode = failed === 0 ? 0 : 1

/** `all`, or some of these by name. */
function chosen(text, names) {
  if (text === 'all') return names
  const words = text.split(',')
  const unknown = words.filter(word => !names.includes(word))
  if (unknown.length === 0) return words
  say(`there is no ${unknown.join(', ')}; there are ${names.join(', ')}`)
  process.exit(64)
}

function results() {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
}

/**
 * Deploys a variant once; each drill then begins where the one before it left the pair, as on a real one: it
 * is predicted from those before it, and a node remembers clients of its last turn. A pair that is not
 * healthy again (a split-brain) begins anew.
 */
function runVariant(variant) {
  const left = wantedFaults.flatMap(fault => {
    const done = results().filter(each => each.variant === variant.label && each.fault === fault).length
    return Array.from({ length: Math.max(0, repeat - done) }, () => fault)
  })
  if (left.length === 0) return say(`${variant.label}: all there`)
  say(`${variant.label}: ${left.length} drills`)
  const inventory = writeInventory(variant)
  const snapshot = `matrix-${variant.deployedAs ?? variant.label}`
  const lab = (...words) => nfsha('lab', ...words, '--inventory', inventory)
  if (lab('up', '--from', snapshot).status !== 0) {
    bringPackages(lab, inventory)
    for (const node of variant.prepare === undefined ? [] : ['m1', 'm2'])
      must(nfsha('lab', 'ssh', '--inventory', inventory, node, '--', variant.prepare), 'what is prepared')
    must(nfsha('deploy', inventory, '--yes'), 'the deploy')
    must(lab('snapshot', snapshot), 'the snapshot')
  }
  // Interleaved: what else the machine does hits every fault alike.
  const rounds = left
    .toSorted((a, b) => left.indexOf(a) - left.indexOf(b))
    .map((fault, at) => ({ fault, at }))
  const turn = ({ fault, at }) => rounds.slice(0, at).filter(each => each.fault === fault).length
  let isUp = false
  for (const { fault } of rounds.toSorted((a, b) => turn(a) - turn(b))) {
    // Right after a drill the nodes of a slow host may not answer at once.
    if (!isUp || !becomesHealthy(inventory)) {
      must(lab('up', '--from', snapshot), 'the lab')
      // Heartbeat may have been startled by the clocks; the drill itself refuses a pair that is not healthy.
      becomesHealthy(inventory)
      isUp = true
    }
    one(variant, fault, inventory)
  }
  must(lab('down'), 'the lab')
}

/** Machines with the packages and nothing else of ours: installing them is most of a deploy, and the same for all. */
function bringPackages(lab, inventory) {
  if (lab('up', '--from', 'packages').status === 0) return
  must(lab('up', '--from', 'blank'), 'the lab')
  must(nfsha('deploy', inventory, '--yes', '--only', 'packages'), 'the packages')
  must(lab('snapshot', 'packages'), 'the snapshot')
}

/** One drill, kept. */
function one({ label, yardstick }, fault, inventory) {
  const more = yardstick ? ['--yardstick'] : []
  const done = nfsha('drill', inventory, '--fault', fault, '--variant', label, ...more, '--format', 'json')
  const answer = parsed(done.stdout)
  const [result] = answer?.drills ?? []
  if (result === undefined) {
    failed += 1
    return say(
      `${label} ${fault}: no result (exit ${done.status}): ${answer?.error?.message ?? 'it said nothing'}`,
    )
  }
  appendFileSync(file, `${JSON.stringify(withoutPoints(result))}\n`)
  const worst = Math.max(
    ...result.operations.filter(({ kind }) => kind === 'append').map(each => each.worstMs),
  )
  say(
    `${label} ${fault}: ${result.verdict}, worst append ${(worst / 1000).toFixed(1)} s, lost: ${result.writes.lost}`,
  )
  for (const reason of result.reasons) say(`  ${reason}`)
}

/** Only a drill's own page draws them, and they are nine tenths of a result. */
function withoutPoints(result) {
  return { ...result, operations: result.operations.map(each => ({ ...each, points: [] })) }
}

/** Waits for it two minutes, and as long as the last status takes: a minute at most. A split-brain never is. */
function becomesHealthy(inventory) {
  const deadline = performance.now() + 120_000
  do {
    const seen = nfsha('status', inventory, '--format', 'json', '--timeout', '1m')
    if (seen.status === 0) return true
    if (parsed(seen.stdout)?.verdict === 'split-brain') return false
    spawnSync('sleep', ['3'])
  } while (performance.now() < deadline)
  return false
}

function writeInventory(variant) {
  const path = join(work, `${variant.label}.yml`)
  writeFileSync(path, inventoryOf(variant, root, Number(process.env.NFSHA_E2E_PORT_SHIFT ?? 0)))
  return path
}

function nfsha(...words) {
  const main = join(root, 'dist', 'cli', 'main.js')
  return spawnSync(process.execPath, [main, ...words], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 2],
    maxBuffer: 256 * 1024 * 1024,
  })
}

function must({ status }, what) {
  if (status === 0) return
  say(`${what} failed; what was drilled is kept in ${options.results}`)
  process.exit(1)
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Table and page beside the results. The report's code is TypeScript, which Node 20 does not run. */
async function report() {
  const all = results()
  if (all.length === 0) return say('no results yet')
  const built = mkdtempSync(join(root, 'node_modules', '.nfsha-matrix-'))
  try {
    await bundle(
      {
        'report/matrix-page': 'src/report/matrix-page/matrix-page.ts',
        'report/markdown': 'src/report/matrix-page/markdown.ts',
      },
      join(built, 'dist'),
    )
    symlinkSync(join(root, 'templates'), join(built, 'templates'))
    const load = name => import(pathToFileURL(join(built, 'dist', 'report', `${name}.js`)).href)
    const [{ matrixPage }, { matrixMarkdown }] = await Promise.all([load('matrix-page'), load('markdown')])
    const base = file.replace(/\.jsonl$/, '')
    const table = matrixMarkdown(all)
    writeFileSync(`${base}.md`, table)
    writeFileSync(`${base}.html`, matrixPage(all))
    process.stdout.write(`${table}\n${all.length} drills in ${options.results}\n`)
  } finally {
    rmSync(built, { recursive: true, force: true })
  }
}
