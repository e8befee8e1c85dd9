// npm run build [-- DIRECTORY]: dist/, the program and the licences of what it brings along. Types are
// checked apart (npm run typecheck); here they are only taken off.
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { bundle, licencesOf } from './bundle.mjs'
import { root } from './setup.mjs'

const directory = resolve(process.argv[2] ?? join(root, 'dist'))
rmSync(directory, { recursive: true, force: true })
const packages = await bundle({ 'cli/main': 'src/cli/main.ts' }, directory)
chmodSync(join(directory, 'cli', 'main.js'), 0o755)
const line = '-'.repeat(72)
writeFileSync(
  join(directory, 'LICENSES.txt'),
  `nfsha brings these packages along, each under its own licence.\n\n${licencesOf(packages).join(`\n${line}\n\n`)}`,
)
