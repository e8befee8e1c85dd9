import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { NfshaError } from '../core/error.ts'
import { type AptSources, hostAptSources } from './apt.ts'
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
  readonly PATH?: string | undefined
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

/** The image that a lab would use, whether it is there or not. */
export interface PlannedImage {
  readonly image: Image
  readonly isCached: boolean
  readonly sources: AptSources
}

/** Looks for the image of the current recipe in the cache. */
export async function planImage(env: LabEnv): Promise<PlannedImage> {
  const sources = await hostAptSources(recipe.suite, env.NFSHA_LAB_APT_SOURCES)
  const image = imageIn(cacheDirectory(env), imageId(sources.text))
  return { image, isCached: existsSync(image.client), sources }
}

/** Builds the image unless it is cached. A fetch that fails is tried again, and said. */
export async function ensureImage({ image, isCached, sources }: PlannedImage, say: Say): Promise<void> {
  if (isCached) return say(`image ${image.id} is cached`)
  for (let attempt = 1; ; attempt++) {
    try {
      return await build(image, sources, say)
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

function imageIn(cache: string, id: string): Image {
  const at = join(cache, `image-${id}`)
  return {
    id,
    node: join(at, 'node.raw'),
    client: join(at, 'client.raw'),
    kernel: join(at, 'vmlinuz'),
    initrd: join(at, 'initrd'),
  }
}

/** Builds beside, then renames: an interrupted build leaves no image that looks whole. */
async function build(image: Image, sources: AptSources, say: Say): Promise<void> {
  const at = dirname(image.client)
  const draft = `${at}.draft-${process.pid}`
  const tree = join(draft, 'tree')
  const started = performance.now()
  say('building the image of the guests (about a minute)')
  try {
    await mkdir(draft, { recursive: true, mode: 0o755 })
    const sourcesFile = join(draft, 'lab.sources')
    await writeFile(sourcesFile, sources.text)
    const { uid, gid } = await stat(draft)
    const script = imageScript({
      recipe,
      into: draft,
      tree,
      sourcesFile,
      aptOptions: sources.options,
      owner: `${uid}:${gid}`,
    })
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
