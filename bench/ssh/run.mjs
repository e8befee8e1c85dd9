// `node bench/ssh/run.mjs [ROUNDS]`: builds nfsha and this benchmark into a folder of its own, as the
// build does, and runs it there. Root, openssh-server, iproute2 and util-linux are needed.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from '../../scripts/bundle.mjs'

const top = fileURLToPath(new URL('../..', import.meta.url))
const built = mkdtempSync(join(tmpdir(), 'nfsha-bench-built-'))
try {
  // One folder deeper, so that URLs from there to the package's folders mean what they do in src.
  const entries = { 'ssh/main': 'bench/ssh/main.ts', 'ssh/controller': 'bench/ssh/controller.ts' }
  await bundle(entries, join(built, 'dist'))
  for (const name of ['node_modules', 'templates', 'inventories', 'playbooks'])
    symlinkSync(join(top, name), join(built, name))
  writeFileSync(join(built, 'package.json'), '{"type":"module"}')
  const { status } = spawnSync(
    process.execPath,
    [join(built, 'dist/ssh/main.js'), ...process.argv.slice(2)],
    {
      stdio: 'inherit',
    },
  )
  process.exitCode = status ?? 1
} finally {
  rmSync(built, { recursive: true, force: true })
}
