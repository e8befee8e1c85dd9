import type { ScriptAction } from '../core/action.ts'
import type { Platform } from '../core/cluster.ts'
import { quote } from '../core/quote.ts'
import { keysReadRecord, keysStamp } from '../facts/heartbeat.ts'

/*
 * `heartbeat -r` checks the files and sends SIGHUP. The daemon then compares modification times, in
 * whole seconds, with those that it remembers: a changed ha.cf makes it restart itself in place and
 * keep its resources, else a changed authkeys is read again (hb_signal.c,
 * hb_signal_reread_config_action). So a file is touched first: its content may have been put back.
 */

/** Makes the running heartbeat restart itself with the present ha.cf, and waits until it is back. */
export function restartInPlace({ haDir, heartbeatLibexec }: Platform['paths']): ScriptAction {
  return {
    kind: 'script',
    title: 'let heartbeat restart itself with the new ha.cf',
    script: [
      'media() { cat /proc/[0-9]*/stat 2>/dev/null | awk \'$2 == "(heartbeat)" { parent[$1] = $4 }',
      "  END { for (pid in parent) if (parent[pid] in parent) print pid }'; }",
      'before=$(media)',
      `touch ${quote(`${haDir}/ha.cf`)}`,
      `${quote(`${heartbeatLibexec}/heartbeat`)} -r || exit 1`,
      'waited=0',
      'while [ $waited -lt 60 ]; do',
      '  sleep 1',
      '  waited=$((waited + 1))',
      '  again=$(media)',
      '  for pid in $before; do',
      '    [ ! -d "/proc/$pid" ] || again=',
      '  done',
      '  [ -z "$again" ] || ! cl_status hbstatus >/dev/null 2>&1 || exit 0',
      'done',
      'echo "heartbeat did not restart itself within a minute; look at /var/log/ha-log"',
      'exit 1',
    ].join('\n'),
    timeoutMs: 90_000,
  }
}

/** Makes the running heartbeat read authkeys again, and records which file that was. */
export function rereadKeys({ haDir, heartbeatLibexec }: Platform['paths']): ScriptAction {
  return {
    kind: 'script',
    title: 'let heartbeat read authkeys again',
    script: [
      `touch ${quote(`${haDir}/authkeys`)}`,
      `${quote(`${heartbeatLibexec}/heartbeat`)} -r || exit 1`,
      'mkdir -p /run/nfsha',
      `${keysStamp(haDir)} > ${keysReadRecord}`,
    ].join('\n'),
    timeoutMs: 60_000,
  }
}
