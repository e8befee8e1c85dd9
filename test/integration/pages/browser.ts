import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'

/** Debian's Chromium, without all that a browser does by itself: what asks the network then is the page. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export interface Look {
  readonly width: number
  readonly colorScheme?: 'light' | 'dark'
}

/** A page as it is opened from a file, and what it complained of or asked for while it was open. */
export interface Opened {
  readonly page: Page
  readonly complaints: readonly string[]
  readonly requests: readonly string[]
}

/** Opens a page's text in a window of some width, hands it to `use`, and closes it. */
export async function withPage<T>(
  browser: Browser,
  text: string,
  look: Look,
  use: (opened: Opened) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'nfsha-page-'))
  const file = join(folder, 'page.html')
  await writeFile(file, text)
  const address = pathToFileURL(file).href
  const page = await browser.newPage({
    viewport: { width: look.width, height: 800 },
    colorScheme: look.colorScheme ?? 'light',
  })
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', message => complaints.push(message.text()))
  page.on('pageerror', error => complaints.push(error.message))
  page.on('request', request => {
    if (request.url() !== address) requests.push(request.url())
  })
  try {
    await page.goto(address)
    return await use({ page, complaints, requests })
  } finally {
    await page.close()
    await rm(folder, { recursive: true })
  }
}

/** Texts that are wider than the window, or stand out of it: what a reader would have to scroll for. */
export function outside(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    // The browser's side: TypeScript here knows Node only.
    const { document, innerWidth } = globalThis as unknown as {
      readonly innerWidth: number
      readonly document: {
        readonly documentElement: { readonly scrollWidth: number }
        querySelectorAll(selector: string): Iterable<{
          readonly textContent: string
          getBoundingClientRect(): { readonly left: number; readonly right: number; readonly width: number }
        }>
      }
    }
    const texts = [
      ...document.querySelectorAll('h1, h2, p, li, dt, dd, th, td, svg text, summary, figcaption'),
    ]
    const found = texts.filter(text => {
      const { left, right, width } = text.getBoundingClientRect()
      return width > 0 && (left < -0.5 || right > innerWidth + 0.5)
    })
    const page = document.documentElement.scrollWidth
    return [
      ...(page > innerWidth ? [`the page is ${page} wide`] : []),
      ...found.map(text => text.textContent),
    ]
  })
}

/** How many marks a visible chart has of a class. */
export function marks(page: Page, name: string): Promise<number> {
  return page.locator(`svg:visible .${name} :is(circle, path, rect, line)`).count()
}
