import { type Html, html, type Part } from './html.ts'

export interface Column {
  readonly name: string
  /** How the head shows the name, where not as it is. */
  readonly head?: Html
  /** Numbers stand right, one below the other. */
  readonly isNumber?: boolean
  /** Left out on a phone; the table then stays a table there. */
  readonly isExtra?: boolean
}

/**
 * A table; the first cell of a row names it. On a phone one of more than three columns is shown a row
 * below the other, each cell with its column's name, unless it says which columns a phone can miss.
 */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Part[])[]): Html {
  const stack = columns.length > 3 && !columns.some(({ isExtra }) => isExtra) ? 'stack' : 'flat'
  return html`<table class="${stack}"><caption>${caption}</caption>
<thead><tr>${columns.map(column => html`<th scope="col"${classOf(column)}>${column.head ?? column.name}</th>`)}</tr></thead>
<tbody>${rows.map(
    row => html`<tr>${row.map((cell, i) => cellHtml(cell, columns[i] ?? { name: '' }, i === 0))}</tr>\n`,
  )}</tbody></table>`
}

/** A table that stands behind a chart saying the same: folded until somebody opens it. */
export function foldedTable(...table_: Parameters<typeof table>): Html {
  return html`<details><summary>${table_[0]}</summary>${table(...table_)}</details>`
}

function cellHtml(cell: Part, column: Column, isFirst: boolean): Html {
  return isFirst
    ? html`<th scope="row">${cell}</th>`
    : html`<td${classOf(column)} data-name="${column.name}">${cell}</td>`
}

function classOf({ isNumber, isExtra }: Column): Html {
  return html` class="${isNumber ? 'num' : ''}${isExtra ? ' extra' : ''}"`
}
