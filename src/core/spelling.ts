/*
 * How other programs spell a name inside their files and on their command lines; sh has a file of its own
 * (quote.ts). A name that one of them could not be told is refused with the
 * inventory (inventory/scalars.ts and text.ts).
 */

function octal(text: string, special: RegExp): string {
  return text.replaceAll(special, character =>
    [...Buffer.from(character)].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  )
}

/** As exports(5) reads it: white space, quotes, `#` and the backslash as octal. */
export const exportsField = (path: string): string => octal(path, /[\s"#\\]/g)

/** As exportfs writes it to etab: only white space, ASCII's, as octal (nfs-utils, support/nfs/exports.c, putexportent). */
export const etabField = (path: string): string => octal(path, /[ \t\n\v\f\r]/g)

/** As /proc/mounts and mountinfo show it (fs/proc_namespace.c: blank, tab, newline, backslash), and fstab(5) takes it. */
export const mountsField = (path: string): string => octal(path, /[ \t\n\\]/g)

/** For `awk -v NAME=…`, which takes a backslash for the beginning of an escape. */
export const awkValue = (text: string): string => text.replaceAll('\\', '\\\\')

/** For an extended regular expression in which the text stands for itself. */
export const regexLiteral = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** As systemd.unit(5) takes it: `%` begins a specifier. */
export const specifierSafe = (text: string): string => text.replaceAll('%', '%%')

/**
 * A word in the name of a unit, as systemd-escape(1) spells it: a `-` there stands for `/` (%I of
 * systemd.unit(5)), so that drbd@nfs-data.service would adjust `nfs/data`.
 */
export function unitWord(text: string): string {
  return [...Buffer.from(text)]
    .map((byte, index) => {
      const character = String.fromCharCode(byte)
      if (character === '/') return '-'
      const stays = index === 0 ? /[A-Za-z0-9:_]/ : /[A-Za-z0-9:_.]/
      return stays.test(character) ? character : `\\x${byte.toString(16).padStart(2, '0')}`
    })
    .join('')
}

/** An absolute path in the name of a unit, as `systemd-escape --path` spells it. */
export const unitPath = (path: string): string => (path === '/' ? '-' : unitWord(path.slice(1)))

/** The unit of drbd-utils that brings a resource up at boot: it adjusts, and never waits for the peer. */
export const drbdTarget = (resource: string): string => `drbd@${unitWord(resource)}.target`

/** A name in drbd.conf(5): in quotes it may be one of its keywords, as `disk` and `on`. */
export const drbdWord = (name: string): string => `"${name}"`

/** The value of a label in Prometheus' text format. */
export const prometheusLabel = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

/**
 * Whether heartbeat takes a word of haresources as it is: white space ends it, `::` parts it, `#` begins a
 * comment, and ResourceManager's shell expands it.
 */
export const fitsHaresources = (word: string): boolean => !/[\s#*?[\]\\]|::|^:|:$/.test(word)
