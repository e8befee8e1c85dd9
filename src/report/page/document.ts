import { type Html, html, type Part, trusted } from './html.ts'
import { pageStyle } from './style.ts'

/** Forbids the page everything but its own style: no script, no request, whatever a text in it says. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

/** A whole page, self-contained; `title` is what a browser's tab and a bookmark show. */
export function documentPage(title: string, body: Part): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(pageStyle)}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.html
}

export type Tone = 'good' | 'bad' | 'warn' | 'plain'

/** A headline figure: what it is, its value, and one line about it. */
export interface Figure {
  readonly name: string
  readonly value: string
  readonly about?: string
  readonly tone: Tone
}

const signs: Readonly<Record<Tone, string>> = { good: '✓ ', bad: '✗ ', warn: '! ', plain: '' }

/** The verdict in a word, with a sign so that it does not hang on its colour. */
export function badge(word: string, tone: Tone): Html {
  return html`<span class="badge ${tone}">${signs[tone]}${word}</span>`
}

export function figureCards(figures: readonly Figure[]): Html {
  return html`<dl class="figures">${figures.map(
    ({ name, value, about, tone }) =>
      html`<div><dt>${name}</dt><dd class="value ${tone}">${value}</dd>${
        about === undefined ? undefined : html`<dd>${about}</dd>`
      }</div>`,
  )}</dl>`
}

/** Names and values, in as many columns as fit. */
export function pairs(entries: readonly (readonly [name: string, value: Part])[]): Html {
  return html`<dl class="pairs">${entries.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>`
}
