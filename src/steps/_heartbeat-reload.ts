import type { ScriptAction } from '../core/action.ts'
import type { Platform } from '../core/platform.ts'
import { quote } from '../core/quote.ts'
import type { HeartbeatSettings } from '../core/settings.ts'
import { recordRead } from '../facts/heartbeat.ts'

/*
 * `heartbeat -r` checks the files and sends SIGHUP. The daemon then compares modification times, in
 * whole seconds, with those that it remembers: a changed ha.cf makes it restart itself in place and
 * keep its resources, else a changed authkeys is read again (hb_signal.c,
 * hb_signal_reread_config_action). So a file is touched first, in another second than it was read
 * in: its content may have been put back.
 */

type Paths = Platform['paths']

/** Where authkeys waits until the new one has proven itself; on a tmpfs, for root only. */
const keysBefore = '/run/nfsha/authkeys.before'
const log = '/var/log/ha-log'

/** Makes the running heartbeat restart itself with the present ha.cf, and waits until it is back. */
export function restartInPlace({ haDir, heartbeatLibexec }: Paths): ScriptAction {
  return {
    kind: 'script',
    title: 'let heartbeat restart itself with the new ha.cf',
    script: [
      'media() { cat /proc/[0-9]*/stat 2>/dev/null | awk \'$2 == "(heartbeat)" { parent[$1] = $4 }',
      "  END { for (pid in parent) if (parent[pid] in parent) print pid }'; }",
      'before=$(media)',
      'sleep 1',
      `mkdir -p /run/nfsha && touch ${quote(`${haDir}/ha.cf`)} || exit 1`,
      // The restart reads both.
      recordRead(haDir, 'ha.cf'),
      recordRead(haDir, 'authkeys'),
      `${quote(`${heartbeatLibexec}/heartbeat`)} -r || exit 1`,
      'waited=0',
      'while [ $waited -lt 120 ]; do',
      '  sleep 1',
      '  waited=$((waited + 1))',
      '  again=$(media)',
      '  for pid in $before; do',
      '    [ ! -d "/proc/$pid" ] || again=',
      '  done',
      '  [ -z "$again" ] || ! cl_status hbstatus >/dev/null 2>&1 || exit 0',
      'done',
      `echo "heartbeat did not restart itself in time; look at ${log}"`,
      'exit 1',
    ].join('\n'),
    timeoutMs: 300_000,
  }
}

/** Keeps authkeys as it is until `changeKeys` has tried the new one. */
export function keepKeys({ haDir }: Paths): ScriptAction {
  const path = quote(`${haDir}/authkeys`)
  return {
    kind: 'script',
    title: 'keep the present authkeys for a way back',
    script: [`[ -e ${path} ] || exit 0`, `mkdir -p /run/nfsha && cp -p ${path} ${keysBefore}`].join('\n'),
    timeoutMs: 10_000,
  }
}

/**
 * Makes the running heartbeat read authkeys again, and records which file that was. While the other
 * node still signs with another key, heartbeat drops all that it says, and after deadtime both would
 * be active. So with a kept authkeys there is a way back: when they do not agree within half of
 * deadtime, the old key returns. A node that agrees stays on the watch for as long as the other one
 * may take to go back, and follows it. A second key in the file would not help: heartbeat 3.0.6
 * checks every message by the key that it signs with itself, whatever number the message names
 * (heartbeat.c, hb_compute_authentication).
 */
export function rereadKeys(
  { haDir, heartbeatLibexec }: Paths,
  { keepaliveMs, deadtimeMs }: Pick<HeartbeatSettings, 'keepaliveMs' | 'deadtimeMs'>,
): ScriptAction {
  const path = quote(`${haDir}/authkeys`)
  const agreedAfter = Math.ceil(keepaliveMs / 1000) + 1
  const sureAfter = agreedAfter + Math.ceil(keepaliveMs / 1000) + 3
  const patience = Math.max(agreedAfter + 1, Math.floor(deadtimeMs / 2000))
  return {
    kind: 'script',
    title: 'let heartbeat read authkeys again',
    script: [
      'reread() {',
      '  sleep 1',
      `  touch ${path} && ${quote(`${heartbeatLibexec}/heartbeat`)} -r && ${recordRead(haDir, 'authkeys')}`,
      '}',
      `size() { stat -c %s ${log} 2>/dev/null || echo 0; }`,
      'mkdir -p /run/nfsha',
      'reread || exit 1',
      `[ -e ${keysBefore} ] || exit 0`,
      // Seconds: since the change, and without a message that does not fit; the peer speaks every keepalive.
      'waited=0 quiet=0 agreed=no seen=$(size)',
      `while [ $agreed = yes ] || [ $waited -lt ${patience} ]; do`,
      '  sleep 1',
      '  waited=$((waited + 1)) quiet=$((quiet + 1)) now=$(size)',
      `  if tail -c "+$((seen + 1))" ${log} 2>/dev/null | grep -qa 'authtoken does not match'; then`,
      '    [ $agreed = no ] || break',
      '    quiet=0',
      '  fi',
      '  seen=$now',
      `  [ $quiet -lt ${agreedAfter} ] || agreed=yes`,
      `  [ $quiet -lt ${sureAfter} ] || { rm -f ${keysBefore}; exit 0; }`,
      'done',
      `mv -f ${keysBefore} ${path} && reread`,
      'echo "the other node did not take the new key in time, so the old one is back"',
      'exit 1',
    ].join('\n'),
    timeoutMs: 60_000 + deadtimeMs,
  }
}
