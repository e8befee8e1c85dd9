// Part of `npm run build`, after the compiler: compiles the templates into dist, as one module.
import { writeFileSync } from 'node:fs'
import { templateLoader } from '../dist/render/load.js'
import { precompiledModule } from '../dist/render/precompile.js'

writeFileSync(new URL('../dist/render/templates.js', import.meta.url), precompiledModule(templateLoader()))
