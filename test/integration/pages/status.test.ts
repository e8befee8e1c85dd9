import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { statusPage } from '../../../src/report/status-page/status-page.ts'
import { topologyOf } from '../../../src/report/status-page/topology.ts'
import { healthy, peerDown, splitBrain } from '../../report/status-page/sample.ts'
import { marks, outside, startChromium, withPage } from './browser.ts'
import { pdfPages } from './pdf.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startChromium()
})
afterAll(() => browser.close())

const takenAt = '2026-11-20T16:00:00.000Z'

describe.each(Object.entries({ healthy, peerDown, splitBrain }))('the page of %s', (_name, status) => {
  const text = statusPage(status, { takenAt })
  const { nodes, wires, clients, vip } = topologyOf(status)

  test.each([360, 768, 1280])('fits a window %i wide, and draws all that is there', width =>
    withPage(browser, text, { width }, async ({ page, complaints, requests }) => {
      expect(await outside(page)).toEqual([])
      expect([...complaints, ...requests]).toEqual([])
      const places = width < 600 ? 2 : 5
      expect(await marks(page, 'boxes')).toBe(nodes.length + 1 + Math.min(places, clients.length))
      const names = await page.locator('svg:visible .wire-names text').allTextContents()
      expect(names).toEqual(wires.map(({ name }) => name))
      // A thin and a thick mark for each state; the VIP's lines and the clients' come with the links'.
      expect(await marks(page, 'paths-bad')).toBe(
        wires.filter(({ state }) => state === 'bad').length +
          (vip.state === 'bad' ? vip.holders.length : 0) +
          clients
            .slice(0, clients.length > places ? places - 1 : places)
            .filter(({ state }) => state === 'bad').length,
      )
    }),
  )

  test('cuts no label on a telephone', () =>
    withPage(browser, text, { width: 390 }, async ({ page }) => {
      const labels = await page.locator('svg:visible text').allTextContents()
      expect(labels.filter(label => label.includes('…'))).toEqual([])
    }))

  test('prints on one or two sheets', () =>
    withPage(browser, text, { width: 1280 }, async ({ page }) => {
      const { sizes } = pdfPages(await page.pdf({ preferCSSPageSize: true, printBackground: true }))
      expect([1, 2]).toContain(sizes.length)
    }))
})

test('texts stay in their boxes, however long names are', () => {
  const name = 'storage-node-number-one.datacentre.example.org'
  const [one, two] = healthy.nodes
  const nodes = [one, two].flatMap(node =>
    node === undefined ? [] : [{ ...node, name: `${name}${node.name}` }],
  )
  return withPage(
    browser,
    statusPage({ ...healthy, nodes }, { takenAt }),
    { width: 360 },
    async ({ page }) => {
      expect(await outside(page)).toEqual([])
      const widths = await page
        .locator('svg:visible .names text')
        .evaluateAll(texts =>
          texts.map(
            text =>
              (
                text as unknown as { getBoundingClientRect(): { readonly width: number } }
              ).getBoundingClientRect().width,
          ),
        )
      expect(Math.max(...widths)).toBeLessThanOrEqual(160)
    },
  )
})
