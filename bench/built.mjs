// Builds a benchmark that is written in TypeScript, and nfsha with it, into a folder of its own, as the build
// does, and runs it there.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../scripts/bundle.mjs'
import { root } from '../scripts/setup.mjs'

/** Runs `main` of these entries (a result's path without .js: its source); this process ends as it does. */
export async function runBuilt(entries, main, args) {
  const built = mkdtempSync(join(tmpdir(), 'nfsha-bench-built-'))
  try {
    // One folder deeper, so that URLs from there to the package's folders mean what they do in src.
    await bundle(entries, join(built, 'dist'))
    for (const name of ['node_modules', 'templates', 'inventories', 'playbooks'])
      symlinkSync(join(root, name), join(built, name))
    writeFileSync(join(built, 'package.json'), '{"type":"module"}')
    const argv = [join(built, 'dist', `${main}.js`), ...args]
    process.exitCode = spawnSync(process.execPath, argv, { stdio: 'inherit' }).status ?? 1
  } finally {
    rmSync(built, { recursive: true, force: true })
  }
}
