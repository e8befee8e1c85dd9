/** Where a node keeps earlier versions of files that were written anew, by their path; root alone may read it. */
export const previousDirectory = '/var/lib/nfsha/previous'

/** How many versions of a file are kept. */
const versionsKept = 5

/**
 * Shell words that keep `$target`, a configuration file that is about to change, as the next version of it,
 * say so, and drop the oldest. Versions are numbered, not dated: a node's clock may be wrong. What lies
 * elsewhere than under /etc and /usr is no configuration.
 */
export function keepPrevious(directory = previousDirectory, roots = '/etc/* | /usr/*'): string {
  return `case $target in ${roots})
  kept=${directory}$target last=0
  for version in "$kept".*; do
    version=\${version##*.}
    case $version in '' | *[!0-9]*) continue ;; esac
    [ "$version" -le "$last" ] || last=$version
  done
  (umask 077 && mkdir -p -- "\${kept%/*}") && cp -p -- "$target" "$kept.$((last + 1))" || exit 1
  rm -f -- "$kept.$((last + 1 - ${versionsKept}))"
  echo "what was there is kept as $kept.$((last + 1))"
  ;;
esac`
}
