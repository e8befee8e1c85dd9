// `node bench/ssh/run.mjs [ROUNDS]`: compiles nfsha and this benchmark into a folder of its own, and
// runs it there. Root, openssh-server, iproute2 and util-linux are needed.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const top = fileURLToPath(new URL('../..', import.meta.url))
const built = mkdtempSync(join(tmpdir(), 'nfsha-bench-built-'))
try {
  execFileSync('npx', ['tsc', '-p', 'bench/ssh/tsconfig.json', '--outDir', built], {
    cwd: top,
    stdio: 'inherit',
  })
  for (const name of ['node_modules', 'templates', 'inventories', 'playbooks'])
    symlinkSync(join(top, name), join(built, name))
  writeFileSync(join(built, 'package.json'), '{"type":"module"}')
  const { status } = spawnSync(
    process.execPath,
    [join(built, 'bench/ssh/main.js'), ...process.argv.slice(2)],
    {
      stdio: 'inherit',
    },
  )
  process.exitCode = status ?? 1
} finally {
  rmSync(built, { recursive: true, force: true })
}
