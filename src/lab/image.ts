import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { NfshaError } from '../core/error.ts'
import { hostAptSources } from './apt.ts'
import { imageScript } from './image-script.ts'
import { asRoot } from './privilege.ts'
import { recipe } from './recipe.ts'
import { runOrFail } from './run.ts'
import type { Say } from './say.ts'

/** The images of the guests, ready to boot. Paths are absolute; never written to once made. */
export interface Image {
  readonly id: string
  readonly node: string
  readonly client: string
  readonly kernel: string
  readonly initrd: string
}

/** What the environment says about the lab; read by the command line only. */
export interface LabEnv {
  readonly NFSHA_LAB_DIR?: string | undefined
  readonly XDG_CACHE_HOME?: string | undefined
  readonly NFSHA_LAB_APT_SOURCES?: string | undefined
}

/** Where images are kept between labs. */
export function cacheDirectory(env: LabEnv): string {
  return env.NFSHA_LAB_DIR ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'nfsha', 'lab')
}

/**
 * Sixteen hex digits over everything that decides the images' content but the archive's own state: the
 * build script (without this machine's paths) and the sources.
 */
export function imageId(aptSources: string): string {
  const script = imageScript({
    recipe,
    into: '/into',
    tree: '/tree',
    sourcesFile: '/lab.sources',
    aptOptions: [],
    owner: '0:0',
  })
  return createHash('sha256').update(script).update(aptSources).digest('hex').slice(0, 16)
}

const attempts = 3

/**
 * The image of the current recipe: from the cache, or built there (a minute, and 1 GiB of disk).
 * A fetch that fails is tried again, and said.
 */
export async function ensureImage(env: LabEnv, say: Say): Promise<Image> {
  const cache = cacheDirectory(env)
  const sources = await hostAptSources(recipe.suite, env.NFSHA_LAB_APT_SOURCES)
  const id = imageId(sources.text)
  const at = join(cache, `image-${id}`)
  if (existsSync(join(at, 'client.raw'))) {
    say(`image ${id} is cached`)
    return imageIn(at, id)
  }
  await mkdir(cache, { recursive: true })
  for (let attempt = 1; ; attempt++) {
    try {
      await build(at, sources.text, sources.options, say)
      return imageIn(at, id)
    } catch (error) {
      if (attempt === attempts || !(error instanceof NfshaError) || !isFetchFailure(error.message))
        throw error
      say(`fetching packages failed, trying again (${attempt + 1} of ${attempts}): ${error.message}`)
    }
  }
}

/** Archives fail now and then, and another try helps; nothing else about a build gets better by waiting. */
function isFetchFailure(message: string): boolean {
  return /failed to fetch|unable to fetch|could not resolve|connection (failed|timed out|refused)|hash sum mismatch/i.test(
    message,
  )
}

function imageIn(at: string, id: string): Image {
  return {
    id,
    node: join(at, 'node.raw'),
    client: join(at, 'client.raw'),
    kernel: join(at, 'vmlinuz'),
    initrd: join(at, 'initrd'),
  }
}

/** Builds beside, then renames: an interrupted build leaves no image that looks whole. */
async function build(
  at: string,
  sourcesText: string,
  aptOptions: readonly string[],
  say: Say,
): Promise<void> {
  const draft = `${at}.draft-${process.pid}`
  const tree = join(draft, 'tree')
  const started = performance.now()
  say('building the image of the guests (about a minute)')
  try {
    await mkdir(draft, { recursive: true, mode: 0o755 })
    const sourcesFile = join(draft, 'lab.sources')
    await writeFile(sourcesFile, sourcesText)
    const { uid, gid } = await stat(draft)
    const script = imageScript({ recipe, into: draft, tree, sourcesFile, aptOptions, owner: `${uid}:${gid}` })
    const scriptFile = join(draft, 'build.sh')
    await writeFile(scriptFile, script)
    await runOrFail(
      asRoot(['sh', scriptFile]),
      'see that this machine reaches its Debian archive, then try again',
      {
        timeoutMs: 30 * 60_000,
        onLine: line => {
          if (line.startsWith('lab-image: ')) say(line.slice('lab-image: '.length))
        },
      },
    )
    await runOrFail(asRoot(['rm', '-rf', '--one-file-system', tree]), 'remove it by hand', {
      timeoutMs: 120_000,
    })
    await rename(draft, at).catch(async error => {
      // Two labs may build at once; the first one wins, and both images are the same.
      if (!(await readdir(at).catch((): string[] => [])).includes('client.raw')) throw error
    })
    say(`the image is ready after ${Math.round((performance.now() - started) / 1000)} s`)
  } finally {
    await runOrFail(asRoot(['rm', '-rf', '--one-file-system', draft]), 'remove it by hand', {
      timeoutMs: 120_000,
    })
    await rm(draft, { recursive: true, force: true })
  }
}
