import { readFileSync } from 'node:fs'

/** A code block: its language, and its lines without the indentation. */
export interface Block {
  readonly language: string
  readonly lines: readonly string[]
}

/** Code blocks, fenced or indented by four, of a Markdown file. */
export function blocksOf(text: string): readonly Block[] {
  const fenced = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].map(([, language = '', body = '']) => ({
    language,
    lines: body.trimEnd().split('\n'),
  }))
  const rest = text.replaceAll(/^```\w*\n[\s\S]*?^```/gm, '')
  const indented = [...rest.matchAll(/(?:^\n)((?:^ {4,}\S.*\n?)+)/gm)].map(([, body = '']) => ({
    language: '',
    lines: body
      .trimEnd()
      .split('\n')
      .map(line => line.trim()),
  }))
  return [...fenced, ...indented]
}

/** The anchors that GitHub gives a file's headings: lower case, punctuation dropped, blanks to hyphens, repeats numbered. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>()
  const headings = text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} (.*)$/gm)
  return new Set(
    [...headings].map(([, heading = '']) => {
      const slug = heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(/\s/g, '-')
      const count = seen.get(slug) ?? 0
      seen.set(slug, count + 1)
      return count === 0 ? slug : `${slug}-${count}`
    }),
  )
}

/** Links and images: what stands in the round brackets. */
export function linksOf(text: string): readonly string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
}

export function readText(path: string): string {
  return readFileSync(path, 'utf8')
}
