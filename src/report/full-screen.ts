import cliTruncate from 'cli-truncate'

/** The terminal that is drawn on: its size is asked again for each picture. */
export interface ScreenTerminal {
  write(text: string): unknown
  readonly columns?: number
  readonly rows?: number
}

/** A screen that is drawn again and again in one place. */
export interface FullScreen {
  /** Draws the text, its last lines cut where the terminal is too small, and the foot in the last line. */
  draw(text: string, foot: string): void
  /** Gives the terminal back as it was. */
  close(): void
}

// Control sequences of xterm (ctlseqs) and, for the picture in one go, of synchronized output (mode 2026).
const csi = '\u001b['
const open = `${csi}?1049h${csi}?25l`
const restore = `${csi}?25h${csi}?1049l`
const beginPicture = `${csi}?2026h${csi}H`
const endPicture = `${csi}J${csi}?2026l`
const endLine = `${csi}K\r\n`

/**
 * Takes the terminal's other screen. Nothing is cleared before it is drawn over, so that nothing
 * flickers; the caller closes it however it ends.
 */
export function fullScreen(terminal: ScreenTerminal): FullScreen {
  terminal.write(open)
  return {
    draw: (text, foot) => terminal.write(picture(text, foot, terminal.columns ?? 80, terminal.rows ?? 24)),
    close: () => terminal.write(restore),
  }
}

/** One picture as the terminal takes it. */
export function picture(text: string, foot: string, columns: number, rows: number): string {
  const lines = text.split('\n')
  const room = Math.max(1, rows - 2)
  const hidden = lines.length - room
  const shown = hidden > 0 ? lines.slice(0, room) : lines
  const note = hidden > 0 ? `… ${hidden} more lines: enlarge the terminal. ${foot}` : foot
  const filler = Array.from({ length: room - shown.length }, () => '')
  const body = [...shown, ...filler, ''].map(line => cliTruncate(line, columns) + endLine).join('')
  return `${beginPicture}${body}${cliTruncate(note, columns)}${csi}K${endPicture}`
}
