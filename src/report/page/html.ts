/** Text that is HTML already; anything else is escaped where it is put in. */
export interface Html {
  readonly html: string
}

export type Part = string | number | Html | readonly Html[] | undefined

/** `` html`<p>${text}</p>` ``: what is put in is text, unless it was made here. Nothing stands for undefined. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const pieces = parts.map((part, i) => (strings[i] ?? '') + partHtml(part))
  return { html: pieces.join('') + (strings[parts.length] ?? '') }
}

/** HTML that a library made and that is put in as it is. */
export function trusted(text: string): Html {
  return { html: text }
}

/** `part` where `condition` holds, else nothing. */
export function when(condition: boolean, part: () => Html): Html | undefined {
  return condition ? part() : undefined
}

/** A host's name that may break after its dots and dashes, where a phone has no room for it. */
export function breakable(name: string): Html {
  return html`${name.split(/(?<=[.-])/).map((part, i) => (i === 0 ? html`${part}` : html`<wbr>${part}`))}`
}

function partHtml(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'object') return 'html' in part ? part.html : part.map(each => each.html).join('')
  return String(part).replaceAll(/[&<>"']/g, found => `&#${found.charCodeAt(0)};`)
}
