import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ask, nodes } from './hosts.ts'
import { root, scratch } from './nfsha.ts'

/** Where secrets may be: the configuration that needs them, readable by root only (decisions.md, Secrets). */
const allowedOnNodes = ['/etc/ha.d/authkeys', '/etc/drbd.d/global_common.conf']

/** The values of the lab's secrets file, by name. */
export function secretValues(): ReadonlyMap<string, string> {
  const text = readFileSync(join(root, '.nfsha', 'lab', 'lab.secrets'), 'utf8')
  return new Map(
    text
      .split('\n')
      .filter(line => /^[a-z]+=./.test(line))
      .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}

/**
 * Where a secret's value stands and must not: `PLACE: NAME`. Looks at all that nfsha wrote on the
 * controller, and on each node at /etc, /var/lib, /var/log, /run, /tmp, the system journal and every
 * process's command line and environment. `values` may add old ones.
 */
export async function searchForSecrets(values = secretValues()): Promise<readonly string[]> {
  const here = filesBelow(scratch).flatMap(file => {
    const text = readFileSync(file, 'utf8')
    return [...values].filter(([, value]) => text.includes(value)).map(([name]) => `${file}: ${name}`)
  })
  const there = await Promise.all(
    nodes.map(async node => {
      const found = await ask(node, nodeScript(values))
      return found
        .split('\n')
        .filter(line => line !== '' && !allowedOnNodes.some(path => line.startsWith(`${path}:`)))
        .map(line => `${node}:${line}`)
    }),
  )
  return [...here, ...there.flat()]
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true })
    .map(name => join(directory, String(name)))
    .filter(path => statSync(path).isFile())
}

/** The values go in by standard input and are matched by grep -f, so that the search does not find itself. */
function nodeScript(values: ReadonlyMap<string, string>): string {
  const searches = [...values].map(
    ([name, value]) => `
printf '%s\\n' '${value}' > /root/.nfsha-search
grep -rlaF -f /root/.nfsha-search /etc /var/lib/nfsha /var/lib/heartbeat /var/log /run /tmp /usr/local 2>/dev/null | sed 's/$/: ${name}/'
journalctl --no-pager -q | grep -qaF -f /root/.nfsha-search && echo 'system journal: ${name}'
for process in /proc/[0-9]*; do
  cat "$process/cmdline" "$process/environ" 2>/dev/null | grep -qaF -f /root/.nfsha-search && echo "$process: ${name}"
done`,
  )
  return `${searches.join('\n')}\nrm -f /root/.nfsha-search; :`
}
