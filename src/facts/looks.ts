import type { Joint } from '../core/probe.ts'

/** What stands between two answers: ASCII's record separator, which none of them has. */
const separator = '\x1e'

/**
 * Questions that the shell answers by its builtins alone are asked by one shell. Each is about the body of a
 * function, which returns where a probe's script would exit, and starts no process, so that it cannot hang
 * longer than a read of /proc, /sys or the system's own disk.
 */
export const looksTogether: Joint = Object.freeze<Joint>({
  kind: 'looks',
  script: bodies => bodies.map(body => `${lookScript(body)}\nprintf '\\036%s\\036' $?`).join('\n'),
  split(output, bodies) {
    const parts = output.split(separator)
    if (parts.length !== 2 * bodies.length + 1) throw new Error('the answers cannot be told apart')
    return bodies.map((_, at) => ({ stdout: parts[2 * at] ?? '', exitCode: Number(parts[2 * at + 1]) }))
  },
})

/** The script and the joint of a probe that only looks. */
export function look(body: string) {
  return { script: lookScript(body), joint: { how: looksTogether, about: body } }
}

function lookScript(body: string): string {
  return `look() {\n${body}\n}\nlook`
}

/** Shell words that print a short file, the same before each line. */
export function linesOf(path: string, before = ''): string {
  return `while IFS= read -r line; do printf '${before}%s\\n' "$line"; done <${path}`
}
