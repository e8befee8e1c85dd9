import type { ScriptAction } from '../core/action.ts'
import { quote } from '../core/quote.ts'
import { autofsFiles, autofsUnit } from '../facts/autofs.ts'

/** autofs as a client wants it. */
export interface WantedAutofs {
  readonly base: string
  readonly idleSeconds: number
  readonly mounts: readonly { readonly path: string; readonly source: string }[]
}

/** Shell functions that read mountinfo of proc(5): where autofs stands by our map, and what NFS a path has. */
const sights = [
  `places() { awk -v map=${autofsFiles.map} '{ for (i = 7; $i != "-"; i++); if ($(i + 1) == "autofs" && $(i + 2) == map) print $5, $(i + 3) }' /proc/self/mountinfo; }`,
  `nfs_at() { awk -v path="$1" '$5 == path { for (i = 7; $i != "-"; i++); if ($(i + 1) ~ /^nfs4?$/) found = $(i + 2) } END { print found }' /proc/self/mountinfo; }`,
]

/**
 * Lines that wait until `done` succeeds. While autofs reads its files it overlooks another SIGHUP (seen with
 * 5.1.8 when two came within a second), so it is told again every few seconds.
 */
function untilRead(done: string, verb: string, failure: string): readonly string[] {
  return [
    `systemctl --no-ask-password ${verb} ${autofsUnit}`,
    'tries=0',
    `until ${done}; do`,
    '  tries=$((tries + 1))',
    `  [ "$tries" -le 60 ] || { echo ${quote(`${failure}: see journalctl -u autofs`)}; exit 1; }`,
    '  sleep 1',
    `  [ "$((tries % 5))" -ne 0 ] || systemctl --no-ask-password ${verb} ${autofsUnit} || :`,
    'done',
  ]
}

/**
 * Has autofs read its files, which it does in its own time after SIGHUP (autofs(8)), until it stands where
 * it should and nowhere else; then looks at each path, as anybody does who mounts by it. What autofs had
 * read of the map before may still mount the former source: that is unmounted, and looked at again.
 */
export function readMaps({ base, idleSeconds, mounts }: WantedAutofs): ScriptAction {
  return {
    kind: 'script',
    title: `have autofs stand over ${base}, and look at ${mounts.map(({ path }) => path).join(', ')}`,
    script: [
      'set -eu',
      ...sights,
      `stands() { [ "$(places | cut -d ' ' -f 1)" = ${quote(base)} ] && places | grep -v pipe_ino=-1 | grep -q ',timeout=${idleSeconds},'; }`,
      ...untilRead('stands', 'reload-or-restart', `autofs does not stand over ${base}`),
      'look() {',
      '  tries=0',
      '  while :; do',
      '    code=0',
      '    said=$(timeout -s KILL 60 stat -f -c %T -- "$1" 2>&1) || code=$?',
      '    found=$(nfs_at "$1")',
      '    [ "$found" != "$2" ] || return 0',
      '    [ "$code" -ne 137 ] || { echo "$1 does not answer within 60 s"; exit 1; }',
      '    [ -z "$found" ] || umount -- "$1"',
      '    tries=$((tries + 1))',
      '    [ "$tries" -lt 30 ] || { echo "$1 does not lead to $2: $said; see journalctl -u autofs"; exit 1; }',
      '    sleep 1',
      '  done',
      '}',
      ...mounts.map(({ path, source }) => `look ${quote(path)} ${quote(source)}`),
    ].join('\n'),
    timeoutMs: 600_000,
  }
}

/**
 * Has autofs let go of what it stood over by our map. Without any map left its daemon ends (seen with
 * 5.1.8); where it was gone before, nobody else takes away what it left.
 */
export function letGo(bases: readonly string[]): ScriptAction {
  return {
    kind: 'script',
    title: `have autofs let go of ${bases.join(', ')}`,
    script: [
      'set -eu',
      ...sights,
      'gone() { [ -z "$(places)" ]; }',
      `if ! systemctl -q is-active ${autofsUnit}; then`,
      '  places | while read -r base rest; do umount -- "$base"; done',
      '  exit 0',
      'fi',
      ...untilRead('gone', 'reload', `autofs still stands over ${bases.join(', ')}`),
    ].join('\n'),
    timeoutMs: 120_000,
  }
}

/** Takes away what an automount of systemd or a mount of ours leaves at a path: its unit, and the empty directory. */
export function freePath(path: string): ScriptAction {
  return {
    kind: 'script',
    title: `make room for autofs at ${path}`,
    script: [
      'set -eu',
      ...stopAutomountLines(path),
      `[ ! -e ${quote(path)} ] || rmdir -- ${quote(path)}`,
    ].join('\n'),
    timeoutMs: 120_000,
  }
}

/** systemd names the unit of a path by its own rules (systemd-escape(1)). */
export function stopAutomountLines(path: string): readonly string[] {
  return [
    `unit=$(systemd-escape -p --suffix=automount ${quote(path)})`,
    '! systemctl -q is-active "$unit" || systemctl --no-ask-password stop "$unit"',
  ]
}
