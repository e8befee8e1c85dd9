import { type Fact, present, unknown } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { awkValue, mountsField } from '../core/spelling.ts'
import { indirect, left } from './autofs.ts'
import { unescapePath } from './export-options.ts'

/** What a client has at a path; never asked of the mount itself, which may hang. */
export interface ClientMountFact {
  /**
   * `nfs`: an NFS mount is uppermost; `automount`: systemd or an indirect map of autofs waits for somebody
   * to look; `abandoned`: such a one whose daemon is gone; `other`: another file system.
   */
  readonly state: 'nfs' | 'automount' | 'abandoned' | 'other' | 'directory' | 'missing' | 'not a directory'
  /** Of an NFS mount: `192.168.0.219:/srv/nfsha/data`; of an automount: `systemd-1`, or the path of autofs's map. */
  readonly source?: string
}

/** What systemd's automounts have as their source (systemd 252, automount.c). */
export const systemdAutomount = 'systemd-1'

/**
 * What is at a path of a client, by mountinfo of proc(5); stat(1) only where nothing is mounted. Below an
 * indirect map of autofs the path is not looked at: that would mount it.
 */
export function clientMount(path: string): Probe<ClientMountFact> {
  const spelt = (text: string) => quote(awkValue(mountsField(text)))
  const above = path.slice(0, path.lastIndexOf('/')) || '/'
  return {
    id: `client-mount:${path}`,
    script: [
      `found=$(awk -v path=${spelt(path)} -v above=${spelt(above)} '`,
      '  { for (i = 7; $i != "-"; i++); what = $(i + 1) " " $(i + 2)',
      `    if ($(i + 1) == "autofs" && $(i + 3) ~ /${left}/) what = what " left" }`,
      '  $5 == path { found = what }',
      `  $5 == above { over = $(i + 1) == "autofs" && $(i + 3) ~ /${indirect}/ ? what : "" }`,
      `  END { print found == "" ? over : found }' /proc/self/mountinfo) || exit 1`,
      `[ -z "$found" ] || { printf 'mounted %s\\n' "$found"; exit 0; }`,
      `if [ -d ${quote(path)} ]; then echo directory`,
      `elif [ -e ${quote(path)} ] || [ -L ${quote(path)} ]; then echo taken`,
      'else echo missing; fi',
    ].join('\n'),
    parse: ({ stdout }) => parseMount(stdout.trim()),
    deadlineMs: 60_000,
    maxBytes: 8192,
  }
}

function parseMount(text: string): Fact<ClientMountFact> {
  const [word, type = '', spelt = '', leftBehind] = text.split(' ')
  if (word === 'directory' || word === 'missing') return present({ state: word })
  if (word === 'taken') return present({ state: 'not a directory' })
  if (word !== 'mounted') return unknown('the mount is not understood')
  const source = unescapePath(spelt)
  if (/^nfs4?$/.test(type)) return present({ state: 'nfs', source })
  if (type !== 'autofs') return present({ state: 'other' })
  return present({ state: leftBehind === undefined ? 'automount' : 'abandoned', source })
}
