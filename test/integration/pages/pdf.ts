/** What a PDF says of its pages: their sizes in points. Chromium writes the page tree uncompressed. */
export function pdfPages(pdf: Buffer): { readonly sizes: readonly (readonly [number, number])[] } {
  const text = pdf.toString('latin1')
  const boxes = text.matchAll(/\/Type\s*\/Page\b[\s\S]*?\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)/g)
  return { sizes: [...boxes].map(([, width, height]) => [Number(width), Number(height)]) }
}
