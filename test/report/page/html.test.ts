import { describe, expect, test } from 'vitest'
import { documentPage } from '../../../src/report/page/document.ts'
import { html, trusted, when } from '../../../src/report/page/html.ts'
import { table } from '../../../src/report/page/table.ts'

describe('html', () => {
  test.each([
    ['<script>alert(1)</script>', '&#60;script&#62;alert(1)&#60;/script&#62;'],
    [`a & "b" 'c'`, 'a &#38; &#34;b&#34; &#39;c&#39;'],
    [0, '0'],
    [undefined, ''],
    [trusted('<b>'), '<b>'],
    [html`<i>${'<'}</i>`, '<i>&#60;</i>'],
    [[html`<i>1</i>`, html`<i>2</i>`], '<i>1</i><i>2</i>'],
    [when(false, () => html`never`), ''],
  ])('%j is put in as %s', (part, expected) => {
    expect(html`${part}`.html).toBe(expected)
  })

  test('nothing breaks out of an attribute', () => {
    expect(html`<p title="${'" onclick="x'}">`.html).toBe('<p title="&#34; onclick=&#34;x">')
  })
})

test('a page forbids itself scripts and requests', () => {
  const page = documentPage('a <title>', html`<p>text</p>`)
  expect(page).toContain('content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;')
  expect(page).toContain('<title>a &#60;title&#62;</title>')
  expect(page).not.toMatch(/https?:\/\/(?!jfly)[^"]*"|@import|url\(/)
})

test('a wide table is stacked on a phone, unless it says what a phone can miss', () => {
  const columns = ['a', 'b', 'c', 'd'].map(name => ({ name }))
  expect(table('t', columns, []).html).toContain('class="stack"')
  const shorter = columns.map(column => ({ ...column, isExtra: column.name === 'c' }))
  expect(table('t', shorter, [['1', '2', '3', '4']]).html).toContain(
    '<td class=" extra" data-name="c">3</td>',
  )
  expect(table('t', shorter, []).html).toContain('class="flat"')
})
