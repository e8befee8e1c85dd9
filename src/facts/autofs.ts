import { absent, type Fact, present, unknown } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { type MountUser, usersScript } from './mount-users.ts'

/** Our map, and the line that has autofs stand over a directory by it: read because of `+dir:` in auto.master(5). */
export const autofsFiles = { map: '/etc/auto.nfsha', master: '/etc/auto.master.d/nfsha.autofs' } as const

/** The service of Debian's autofs. */
export const autofsUnit = 'autofs.service'

/*
 * autofs in mountinfo: its source is the map, and its options say what kind it is and whether its daemon
 * lives: once somebody has looked after it was gone, its pipe is -1 (seen with 5.1.8 on Linux 6).
 */
export const indirect = ',indirect'
export const left = 'pipe_ino=-1'

/** A directory over which autofs stands by our map. */
export interface AutofsPlace {
  readonly base: string
  /** False: its daemon is gone, and who looks finds nothing. */
  readonly isServed: boolean
  readonly idleSeconds: number
  /** What is mounted in there now. */
  readonly mounts: readonly { readonly path: string; readonly source: string }[]
  /** Who works at or below it, but for the daemon itself. */
  readonly users: readonly MountUser[]
}

/** Where autofs stands by our map; absent where it does not. Asks none of the mounts. */
export const autofsPlaces: Probe<readonly AutofsPlace[]> = Object.freeze<Probe<readonly AutofsPlace[]>>({
  id: 'autofs-places',
  script: [
    `found=$(awk -v map=${quote(autofsFiles.map)} '`,
    '  { for (i = 7; $i != "-"; i++); type = $(i + 1); source = $(i + 2); options = $(i + 3) }',
    '  type == "autofs" && source == map {',
    `    served = options ~ /${left}/ ? "left" : "served"`,
    '    sub(/.*,timeout=/, "", options); sub(/,.*/, "", options)',
    '    print "place", $5, served, options }',
    `  type ~ /^nfs4?$/ { print "mount", $5, source }' /proc/self/mountinfo) || exit 1`,
    `printf '%s\\n' "$found"`,
    `printf '%s\\n' "$found" | sed -n 's/^place \\([^ ]*\\) .*/\\1/p' | while read -r base; do`,
    `  ${usersScript('"$base"', '"$base/*"')} | sed "s,^,user $base ,"`,
    'done',
  ].join('\n'),
  parse: ({ stdout }) => parsePlaces(stdout),
  deadlineMs: 60_000,
  maxBytes: 65_536,
})

function parsePlaces(text: string): Fact<readonly AutofsPlace[]> {
  const lines = text.split('\n').map(line => line.split(' '))
  const mounts = lines.flatMap(([word, path = '', source = '']) =>
    word === 'mount' ? [{ path, source }] : [],
  )
  const places = lines.flatMap(([word, base = '', served, idle]): readonly AutofsPlace[] =>
    word !== 'place'
      ? []
      : [
          {
            base,
            isServed: served === 'served',
            idleSeconds: Number(idle),
            mounts: mounts.filter(({ path }) => path.startsWith(`${base}/`)),
            users: lines
              .filter(([kind, at]) => kind === 'user' && at === base)
              .map(([, , pid, ...name]) => ({ pid: Number(pid), name: name.join(' ') })),
          },
        ],
  )
  return places.length === 0 ? absent() : present(places)
}

/** The directory over which autofs is to stand. */
export interface AutofsBaseFact {
  readonly state: 'autofs' | 'mounted' | 'directory' | 'missing' | 'not a directory'
  /** Of autofs: the map by which it stands there. */
  readonly source?: string
  /** What lies in a directory over which nothing is mounted, the first fifty. */
  readonly entries: readonly { readonly name: string; readonly isEmptyDirectory: boolean }[]
  /** Files besides ours that name the directory for autofs. */
  readonly namedBy: readonly string[]
  /** auto.master(5) leaves out the directory in which our line is. */
  readonly ignoresOurs: boolean
}

/** What is at the directory, and what autofs's own files say of it. Enters nothing that is mounted in there. */
export function autofsBase(base: string): Probe<AutofsBaseFact> {
  const word = quote(base)
  return {
    id: `autofs-base:${base}`,
    script: [
      `over=$(awk -v base=${word} '$5 == base { for (i = 7; $i != "-"; i++); over = $(i + 1) " " $(i + 2) } END { print over }' /proc/self/mountinfo) || exit 1`,
      `if [ -n "$over" ]; then printf 'over %s\\n' "$over"`,
      `elif [ -d ${word} ]; then`,
      '  echo directory',
      `  names=$(ls -AU ${word}) || exit 1`,
      `  printf '%s\\n' "$names" | head -n 50 | while IFS= read -r name; do`,
      '    [ -n "$name" ] || continue',
      '    kind=filled',
      // What is mounted there may hang.
      `    if ! grep -qF " ${base}/$name " /proc/self/mountinfo && [ -d ${word}/"$name" ] && [ -z "$(ls -AU ${word}/"$name")" ]; then kind=empty; fi`,
      `    printf 'entry %s %s\\n' "$kind" "$name"`,
      '  done',
      `elif [ -e ${word} ] || [ -L ${word} ]; then echo taken`,
      'else echo missing; fi',
      'if [ -e /etc/auto.master ] && ! grep -qE "^[+]dir:/etc/auto[.]master[.]d/?[[:space:]]*$" /etc/auto.master; then echo ignores; fi',
      'for file in /etc/auto.master /etc/auto.master.d/*.autofs; do',
      `  [ -e "$file" ] && [ "$file" != ${autofsFiles.master} ] || continue`,
      `  awk -v base=${word} '$1 == base { found = 1 } END { exit !found }' "$file" && echo "named $file"`,
      'done',
      ':',
    ].join('\n'),
    parse: ({ stdout }) => parseBase(stdout),
    deadlineMs: 60_000,
    maxBytes: 16_384,
  }
}

const baseStates = { directory: 'directory', missing: 'missing', taken: 'not a directory' } as const

function parseBase(text: string): Fact<AutofsBaseFact> {
  const [first = '', ...rest] = text.split('\n')
  const [word, type, source = ''] = first.split(' ')
  const of = (kind: string) =>
    rest.filter(line => line.startsWith(`${kind} `)).map(line => line.slice(kind.length + 1))
  const said = {
    entries: of('entry').map(line => ({
      name: line.slice(line.indexOf(' ') + 1),
      isEmptyDirectory: line.startsWith('empty '),
    })),
    namedBy: of('named'),
    ignoresOurs: rest.includes('ignores'),
  }
  if (word === 'over')
    return present({
      ...said,
      state: type === 'autofs' ? 'autofs' : 'mounted',
      ...(type === 'autofs' && { source }),
    })
  if (word === 'directory' || word === 'missing' || word === 'taken')
    return present({ ...said, state: baseStates[word] })
  return unknown('the directory is not understood')
}
