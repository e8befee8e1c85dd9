import { exitAbsent, type Joint, type ProbeOutput } from '../core/probe.ts'
import { quoteArgv } from '../core/quote.ts'

/*
 * Many paths by two runs of stat(1) and one of cat(1): what is there, what is not, and the texts, one after the
 * other, told apart by their sizes.
 */

/** The most that is read of a file; a larger one is unknown, never cut. Bytes. */
export const maxFileBytes = 64 * 1024

/** Why a file was not read. */
export const tooLarge = (path: string, size: string) =>
  `${path} has ${size} bytes, more than the ${maxFileBytes} that are compared`

/** On the system's own disk, where one answers if all do, and spelled so that no tool puts it in quotes. */
export function isPlainPath(path: string): boolean {
  return /^\/(etc|usr|var\/lib\/nfsha)\/[\w./@-]+$/.test(path)
}

/** Each is answered as `KIND|MODE|OWNER|SIZE|` and a line end, then a file's text or what a link points to. */
export const pathsTogether: Joint = Object.freeze<Joint>({
  kind: 'paths',
  script: paths => `here= gone=
for path in ${quoteArgv(paths)}; do
  if [ -e "$path" ] || [ -L "$path" ]; then here="$here $path"; else gone="$gone $path"; fi
done
# shellcheck disable=SC2086 # each word is a path
[ -z "$gone" ] || stat -c '' -- $gone 2>&1
set --
# shellcheck disable=SC2086
[ -z "$here" ] || list=$(stat -c '|%F|%04a|%U:%G|%s|%n' -- $here 2>&1)
IFS='
'
set -f
for line in \${list-}; do
  printf '%s\\n' "$line"
  case $line in
  '|regular file'*)
    path=\${line##*|} line=\${line%|*}
    [ "\${line##*|}" -gt ${maxFileBytes} ] || set -- "$@" "$path"
    ;;
  '|symbolic'*) printf '>%s\\n' "$(readlink -- "\${line##*|}")" ;;
  esac
done
echo ---
[ $# -eq 0 ] || cat -- "$@"`,
  split(output, paths) {
    const end = /^---\n/m.exec(output)
    if (end === null) throw new Error('the list of paths is cut short')
    const answers = listed(output.slice(0, end.index), output.slice(end.index + end[0].length))
    return paths.map(path => answers.get(path) ?? { stdout: `${path} came or went meanwhile`, exitCode: 1 })
  },
})

/** What stat's table says of each path, and its text among the texts, which stand in the table's order. */
function listed(table: string, texts: string): ReadonlyMap<string, ProbeOutput> {
  const answers = new Map<string, ProbeOutput>()
  for (const [line, path = '', why] of table.matchAll(/^stat: .*'(\S+)': (.*)$/gm))
    answers.set(path, {
      stdout: line,
      exitCode: why === 'No such file or directory' ? exitAbsent : 1,
    })
  let from = 0
  for (const [, head = '', size = '', path = '', target] of table.matchAll(
    /^\|(.+\|(\d+))\|(\S+)$(?:\n>(.*))?/gm,
  )) {
    if (!head.startsWith('regular')) {
      answers.set(path, { stdout: `${head}\n${target === undefined ? '' : `${target}\n`}`, exitCode: 0 })
      continue
    }
    if (Number(size) > maxFileBytes) {
      answers.set(path, { stdout: tooLarge(path, size), exitCode: 1 })
      continue
    }
    answers.set(path, { stdout: `${head}|\n${texts.slice(from, from + Number(size))}`, exitCode: 0 })
    from += Number(size)
  }
  if (from !== texts.length) throw new Error('a file changed while it was read')
  return answers
}
