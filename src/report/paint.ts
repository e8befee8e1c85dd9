import { styleText } from 'node:util'

const styles = {
  add: 'green',
  change: 'yellow',
  remove: 'red',
  destroy: ['red', 'bold'],
  good: 'green',
  warn: 'yellow',
  bad: 'red',
  faint: 'dim',
  title: 'bold',
  link: 'cyan',
} as const satisfies Record<string, Parameters<typeof styleText>[0]>

export type Style = keyof typeof styles

/** Colours a text, or leaves it as it is. Views are given one; they never ask whether there is a terminal. */
export type Paint = (style: Style, text: string) => string

/** No colour at all. */
export const plain: Paint = (_style, text) => text

const coloured: Paint = (style, text) => {
  if (text === '') return ''
  const format: Parameters<typeof styleText>[0] = styles[style] as Parameters<typeof styleText>[0]
  // Whether to colour was decided already; newer Nodes would decide again, by standard output.
  return styleText(format, text, { validateStream: false })
}

export function paintFor(isColoured: boolean): Paint {
  return isColoured ? coloured : plain
}
