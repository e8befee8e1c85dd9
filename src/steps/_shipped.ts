import type { RunAction, ScriptAction } from '../core/action.ts'
import { quote } from '../core/quote.ts'
import { pristineTest } from '../facts/file.ts'
import { recordsDirectory } from '../facts/records.ts'
import { run } from './_command.ts'

/*
 * A conffile that ours takes the place of is kept, so that it can come back when nfsha goes. dpkg itself
 * has only its MD5.
 */

function keptAt(path: string): string {
  return `${recordsDirectory}/shipped${path}`
}

/** Keeps a conffile as its package ships it, before it is replaced. */
export function keepShipped(path: string): RunAction {
  return run(['install', '-D', '-p', '-m', '0644', path, keptAt(path)])
}

/** A conffile and the package that ships it. */
export interface Conffile {
  readonly path: string
  readonly shippedBy: string
}

/**
 * Puts conffiles back as their packages ship them: from what was kept, else out of the package's archive,
 * which apt fetches in the version that is installed. A file that is neither fails, and ours stays.
 */
export function restoreShipped(files: readonly Conffile[]): ScriptAction {
  return {
    kind: 'script',
    title: `put back what packages ship: ${files.map(({ path }) => path).join(' ')}`,
    script: `set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# apt's own user may not write there.
archive() {
  (cd "$scratch" && apt-get -q -o APT::Sandbox::User=root download "$1=$(dpkg-query -W -f='\${Version}' "$1")" >&2)
  dpkg-deb --fsys-tarfile "$scratch"/*.deb | tar -xO ".$2"
  rm -f "$scratch"/*.deb
}
${files.map(restoreOne).join('\n')}`,
    timeoutMs: 300_000,
  }
}

function restoreOne({ path, shippedBy }: Conffile): string {
  const fresh = `${path}.nfsha-shipped`
  const kept = quote(keptAt(path))
  return `fresh=${quote(fresh)}
if [ -e ${kept} ]; then cp ${kept} "$fresh"; else archive ${quote(shippedBy)} ${quote(path)} >"$fresh" || :; fi
chmod 0644 "$fresh"
{ ${pristineTest(path, shippedBy, fresh)}; } || {
  rm -f "$fresh"
  echo ${quote(`${path} as ${shippedBy} ships it is nowhere to be had: see that apt can fetch packages, then run again`)}
  exit 1
}
mv -f "$fresh" ${quote(path)}`
}
