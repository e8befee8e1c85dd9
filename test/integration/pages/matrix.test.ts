import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { matrixPage } from '../../../src/report/matrix-page/matrix-page.ts'
import { cellsOf } from '../../../src/report/matrix-page/summary.ts'
import { drillOf, matrixResults } from '../../report/sample-matrix.ts'
import { marks, outside, startChromium, withPage } from './browser.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startChromium()
})
afterAll(() => browser.close())

/** As many faults and variants as a full matrix has. */
const large = Array.from({ length: 25 }, (_, fault) =>
  ['default', 'article-001', 'no-tickle', 'group-standard'].map((variant, i) =>
    drillOf(`heartbeat-medium-cut:em${fault}+power-cut`, variant, 3000 + fault * 900 + i * 5000),
  ),
).flat()

test.each([
  ['small', matrixResults, 360],
  ['small', matrixResults, 768],
  ['small', matrixResults, 1280],
  ['large', large, 360],
  ['large', large, 1280],
] as const)('a %s matrix fits and is drawn, %#', (_name, results, width) =>
  withPage(browser, matrixPage(results), { width }, async ({ page, complaints, requests }) => {
    expect(await outside(page)).toEqual([])
    expect([...complaints, ...requests]).toEqual([])
    expect(await marks(page, 'medians')).toBe(cellsOf(results).length)
    expect(await marks(page, 'spreads')).toBe(cellsOf(results).length)
  }),
)

test('gate and goal stand in the rows of their faults', () =>
  withPage(browser, matrixPage(matrixResults), { width: 1280 }, async ({ page }) => {
    const judged = cellsOf(matrixResults).filter(({ fault }) => fault !== 'all-cut').length
    expect(await marks(page, 'goal')).toBe(judged)
    expect(await marks(page, 'gate')).toBe(judged)
  }))

test('no chart of a large matrix is higher than a sheet', () =>
  withPage(browser, matrixPage(large), { width: 680 }, async ({ page }) => {
    await page.emulateMedia({ media: 'print' })
    const heights = await page
      .locator('.chart')
      .evaluateAll(charts =>
        charts.map(chart => (chart as unknown as { readonly offsetHeight: number }).offsetHeight),
      )
    expect(heights.length).toBeGreaterThan(1)
    expect(Math.max(...heights)).toBeLessThan(1009)
  }))
