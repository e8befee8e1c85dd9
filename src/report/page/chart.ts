import { type PlotOptions, plot } from '@observablehq/plot'
import { DOMImplementation, XMLSerializer } from '@xmldom/xmldom'
import { type Html, html, type Part, trusted } from './html.ts'

/** Widths in CSS pixels for which a chart is drawn: a column on a screen or on paper, and a phone of 360. */
const widths = { wide: 800, narrow: 328 } as const

/** How much room there is: texts keep their size, so that a phone's chart says less, not smaller. */
export interface Room {
  readonly width: number
  readonly isNarrow: boolean
}

export interface Chart {
  /** What it shows, for those who hear it: one sentence with the figures that matter. */
  readonly label: string
  readonly caption: Part
  readonly draw: (room: Room) => PlotOptions
  /** The same in words or as a table. */
  readonly below?: Part
}

/**
 * A chart as a figure. It is drawn here, once for each width, and the page's style shows the one that
 * fits: no script in the page, sharp in print.
 */
export function chart({ label, caption, draw, below }: Chart): Html {
  const drawn = Object.entries(widths).map(
    ([name, width]) =>
      html`<div class="${name}" role="img" aria-label="${label}">${svg(draw({ width, isNarrow: name === 'narrow' }), width)}</div>`,
  )
  return html`<figure><figcaption>${caption}</figcaption><div class="chart">${drawn}</div>${below}</figure>`
}

/** Plot makes its elements with some document; an empty one is enough, as it only ever adds to it. */
const document = new DOMImplementation().createDocument('http://www.w3.org/1999/xhtml', 'html', null)
const serializer = new XMLSerializer()

function svg(options: PlotOptions, width: number): Html {
  return trusted(serializer.serializeToString(plot({ document, width, ...options })))
}

/** Left and right of charts over time that stand below each other, so that their seconds do too. */
export function timeMargins({ isNarrow }: Room): Pick<PlotOptions, 'marginLeft' | 'marginRight'> {
  return isNarrow ? { marginLeft: 56, marginRight: 10 } : { marginLeft: 96, marginRight: 12 }
}

/** The meaning of a chart's colours, where the chart itself does not say it. */
export function key(entries: readonly (readonly [name: string, colour: string])[]): Html {
  return html`<ul class="key">${entries.map(
    ([name, colour]) => html`<li><i style="--swatch:${colour}"></i>${name}</li>`,
  )}</ul>`
}
