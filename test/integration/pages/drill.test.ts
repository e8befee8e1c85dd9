import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drillPage } from '../../../src/report/drill-page/drill-page.ts'
import { focus } from '../../../src/report/drill-page/window.ts'
import { partitionDrill, powerCutDrill, witnessedDrill } from '../../report/sample-drill.ts'
import { marks, outside, startChromium, withPage } from './browser.ts'
import { pdfPages } from './pdf.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startChromium()
})
afterAll(() => browser.close())

const drills = {
  'a power cut': powerCutDrill,
  'a partition': partitionDrill,
  'a partition with a witness': witnessedDrill,
}
const widths = [360, 768, 1280]

describe.each(Object.entries(drills))('the page of %s', (_name, drill) => {
  const text = drillPage(drill)

  test.each(widths)('fits a window %i wide, silently and alone', width =>
    withPage(browser, text, { width }, async ({ page, complaints, requests }) => {
      expect(await outside(page)).toEqual([])
      expect(complaints).toEqual([])
      expect(requests).toEqual([])
    }),
  )

  test.each([360, 1280])('draws what was measured, %i wide', width =>
    withPage(browser, text, { width }, async ({ page }) => {
      const window = focus(drill)
      const points = drill.operations.flatMap(series => series.points)
      const near = points.filter(({ atMs }) => atMs >= window.fromMs && atMs <= window.toMs)
      expect(await marks(page, 'operations')).toBe(near.filter(({ ok }) => ok).length)
      expect(await marks(page, 'failed-operations')).toBe(near.filter(({ ok }) => !ok).length)
      expect(await marks(page, 'slow-operations')).toBe(drill.operations.length)
      expect(await marks(page, 'phases')).toBe(drill.phases.filter(({ phase }) => phase !== 'total').length)
      expect(await marks(page, 'stages')).toBe(
        drill.moments.filter(({ atMs }) => atMs >= window.fromMs && atMs <= window.toMs).length,
      )
      expect(await marks(page, 'predicted')).toBe(1)
      // Two charts: near the fault, and the whole run.
      const frozen = drill.frozen.flatMap(({ during }) => during)
      const bars = drill.active.length + frozen.length + drill.bothActive.length + 1
      expect(await marks(page, 'stretches')).toBe(2 * bars)
    }),
  )

  test('prints on A4 without cutting a chart', () =>
    withPage(browser, text, { width: 1280, colorScheme: 'dark' }, async ({ page }) => {
      const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true })
      const { sizes } = pdfPages(pdf)
      expect(sizes.length).toBeGreaterThan(1)
      expect(sizes.length).toBeLessThanOrEqual(5)
      for (const [width, height] of sizes) expect([Math.round(width), Math.round(height)]).toEqual([595, 842])
      await page.emulateMedia({ media: 'print' })
      const background = await page.evaluate('getComputedStyle(document.body).backgroundColor')
      expect(background).toBe('rgb(255, 255, 255)')
      // What stays whole on a page must not be higher than one: 267 mm at 96 dpi.
      await page.setViewportSize({ width: 680, height: 1009 })
      const heights = await page
        .locator('.chart')
        .evaluateAll(charts =>
          charts.map(chart => (chart as unknown as { readonly offsetHeight: number }).offsetHeight),
        )
      expect(Math.max(...heights)).toBeLessThan(1009)
    }))
})

test('two actives are said in words, in a figure, and in red', () =>
  withPage(browser, drillPage(partitionDrill), { width: 1280 }, async ({ page }) => {
    expect(await page.locator('h1').textContent()).toContain('two nodes were active at once')
    const red = await page.locator('svg:visible [fill="var(--bad)"]').count()
    expect(red).toBe(2)
  }))

test.each(['light', 'dark'] as const)('texts stand out from their ground in %s', colorScheme =>
  withPage(browser, drillPage(partitionDrill), { width: 1280, colorScheme }, async ({ page }) => {
    const pairs = [
      ['--ink', '--paper'],
      ['--ink', '--card'],
      ['--faint', '--paper'],
      ['--faint', '--card'],
      ['--good', '--card'],
      ['--bad', '--card'],
      ['--good', '--good-tint'],
      ['--bad', '--bad-tint'],
      ['--warn', '--warn-tint'],
      ['--accent', '--paper'],
      ['--paper', '--one'],
      ['--paper', '--two'],
      ['--paper', '--stall'],
      ['--paper', '--bad'],
      ...[1, 2, 3, 4, 5, 6, 7, 8].map(i => ['--ink', `--t${i}`]),
    ] as const
    const names = [...new Set(pairs.flat())]
    const values = await page.evaluate(
      `(() => { const style = getComputedStyle(document.documentElement);
        return ${JSON.stringify(names)}.map(name => style.getPropertyValue(name)) })()`,
    )
    const colours = new Map(names.map((name, i) => [name, (values as readonly string[])[i] ?? '']))
    const weak = pairs.filter(
      ([a, b]) => contrast(colours.get(a ?? '') ?? '', colours.get(b ?? '') ?? '') < 4.5,
    )
    expect(weak).toEqual([])
  }),
)

/** Contrast of two `#rrggbb` or `#rgb` colours, by WCAG 2.2; 4.5 is what it asks of texts. */
function contrast(one: string, two: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(two)].toSorted((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: string): number {
  const hex = colour.replace('#', '')
  const full = hex.length === 3 ? [...hex].map(digit => digit + digit).join('') : hex
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map(at => {
    const value = Number.parseInt(full.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
