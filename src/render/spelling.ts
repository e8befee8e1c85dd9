/* How other programs spell a path inside their files. */

function octal(text: string, special: RegExp): string {
  return text.replaceAll(special, character =>
    [...Buffer.from(character)].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  )
}

/** As exports(5) reads it: white space, quotes, `#` and the backslash as octal. */
export const exportsField = (path: string): string => octal(path, /[\s"#\\]/g)

/** As exportfs writes it to etab: only white space as octal (nfs-utils, support/nfs/exports.c, putexportent). */
export const etabField = (path: string): string => octal(path, /\s/g)

/** As /proc/mounts shows it (fs/proc_namespace.c: blank, tab, newline, backslash). */
export const mountsField = (path: string): string => octal(path, /[ \t\n\\]/g)

/** As systemd.unit(5) takes it: `%` begins a specifier. */
export const specifierSafe = (text: string): string => text.replaceAll('%', '%%')
