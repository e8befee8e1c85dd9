import { type Fact, present, unknown } from '../core/fact.ts'
import type { Platform } from '../core/platform.ts'
import type { Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'

/** The heartbeat daemon of this node, as its processes show it. */
export interface HeartbeatFact {
  readonly running: boolean
  /** Whether it was started (or restarted itself) after ha.cf got its present content. */
  readonly configLoaded: boolean
  /** The same for authkeys, which SIGHUP makes it read again without a restart. */
  readonly keysLoaded: boolean
  /** Whether it is moving resources just now: one of its scripts, or ours for it, runs. */
  readonly busy: boolean
}

/** Where a reload of authkeys leaves the stamp (inode and modification time) of the file that was read. */
export const keysReadRecord = '/run/nfsha/authkeys.read'

/** Shell words that print the stamp of authkeys: what `keysReadRecord` holds after a reload. */
export function keysStamp(haDir: string): string {
  return `stat -c '%i %.9Y' ${quote(`${haDir}/authkeys`)}`
}

/**
 * The daemon's processes. Whether a file is loaded is read from ages: heartbeat forks its media
 * processes right after it has read ha.cf, again when SIGHUP makes it restart itself in place
 * (heartbeat/hb_signal.c, hb_signal_reread_config_action), so a file that is younger than the oldest
 * of them was not read. Ages are differences on one clock each, so that a clock that was set does
 * no harm. authkeys is read again without a fork: that is recorded by who asked for it.
 */
export function heartbeat({ haDir, heartbeatShare }: Platform['paths']): Probe<HeartbeatFact> {
  const scripts = `${heartbeatShare}/(ResourceManager|hb_takeover|hb_standby|mach_down|req_resource)`
  return {
    id: 'heartbeat',
    script: [
      // pid, parent and start time (clock ticks after boot: proc(5)) of every process named heartbeat.
      `oldest=$(cat /proc/[0-9]*/stat 2>/dev/null | awk '$2 == "(heartbeat)" { parent[$1] = $4; start[$1] = $22 }`,
      '  END {',
      '    for (pid in start) { n++; if (parent[pid] in start && (!found++ || start[pid] + 0 < least)) least = start[pid] + 0 }',
      `    if (n) print least + 0 }')`,
      '[ -n "$oldest" ] || { echo "running no"; exit 0; }',
      'echo "running yes"',
      'read -r uptime _ </proc/uptime',
      'now=$(date +%s.%N)',
      'hz=$(getconf CLK_TCK)',
      'younger() { # younger FILE: it changed after the daemon began',
      '  changed=$(stat -c %.9Y "$1") || return 0',
      `  awk -v up="$uptime" -v ticks="$oldest" -v hz="$hz" -v now="$now" -v changed="$changed" \\`,
      `    'BEGIN { exit !(now - changed < up - ticks / hz) }'`,
      '}',
      `if younger ${quote(`${haDir}/ha.cf`)}; then echo "config no"; else echo "config yes"; fi`,
      `keys=$(${keysStamp(haDir)})`,
      `if ! younger ${quote(`${haDir}/authkeys`)}; then echo "keys yes"`,
      `elif [ "$(cat ${keysReadRecord} 2>/dev/null)" = "$keys" ] && younger ${keysReadRecord}; then echo "keys yes"`,
      'else echo "keys no"; fi',
      // Each pattern has a bracket that its own text does not match, so that grep does not find itself.
      `if grep -qaE '${scripts}|/ha[.]d/(resource[.]d|harc)' /proc/[0-9]*/cmdline 2>/dev/null`,
      'then echo "busy yes"; else echo "busy no"; fi',
    ].join('\n'),
    parse: ({ stdout }) => parseHeartbeat(stdout),
    deadlineMs: 60_000,
    maxBytes: 1024,
  }
}

/** What `heartbeat` finds on a node where the daemon does not run. */
export const heartbeatStopped: HeartbeatFact = Object.freeze({
  running: false,
  configLoaded: false,
  keysLoaded: false,
  busy: false,
})

/** What `heartbeat` finds once it was started with the files that are there. */
export const heartbeatSettled: HeartbeatFact = Object.freeze({
  running: true,
  configLoaded: true,
  keysLoaded: true,
  busy: false,
})

function parseHeartbeat(stdout: string): Fact<HeartbeatFact> {
  const answers = new Map(
    stdout.split('\n').map(line => {
      const [name = '', answer = ''] = line.split(' ')
      return [name, answer] as const
    }),
  )
  if (answers.get('running') === 'no') return present(heartbeatStopped)
  const said = (name: string) => answers.get(name) === 'yes'
  if (!said('running') || !answers.has('busy')) return unknown('the answer is cut short')
  return present({
    running: true,
    configLoaded: said('config'),
    keysLoaded: said('keys'),
    busy: said('busy'),
  })
}
