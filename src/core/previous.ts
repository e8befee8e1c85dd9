import { quote } from './quote.ts'

/** Where a node keeps earlier versions of files that were written anew, by their path; root alone may read it. */
export const previousDirectory = '/var/lib/nfsha/previous'

/** How many versions of a file are kept. */
const versionsKept = 5

interface Keeping {
  readonly directory?: string
  /** Patterns of case, of what counts as configuration. */
  readonly roots?: string
  /** An awk program that prints the file without its secrets: they are not kept longer than they count. */
  readonly mask?: string | undefined
}

/**
 * Shell words that keep `$target`, a configuration file that is about to change, as the next version of it,
 * say so, and drop the oldest. Versions are numbered, not dated: a node's clock may be wrong. What lies
 * elsewhere than under /etc and /usr is no configuration.
 */
export function keepPrevious({
  directory = previousDirectory,
  roots = '/etc/* | /usr/*',
  mask,
}: Keeping = {}): string {
  const copy = mask === undefined ? 'cp -p -- "$target" "$now"' : `awk ${quote(mask)} "$target" >"$now"`
  return `case $target in ${roots})
  kept=${directory}$target last=0
  for version in "$kept".*; do
    version=\${version##*.}
    case $version in '' | *[!0-9]*) continue ;; esac
    [ "$version" -le "$last" ] || last=$version
  done
  now=$kept.$((last + 1))
  (umask 077 && mkdir -p -- "\${kept%/*}" && ${copy}) || exit 1
  rm -f -- "$kept.$((last + 1 - ${versionsKept}))"
  echo "what was there is kept as $now"
  ;;
esac`
}
