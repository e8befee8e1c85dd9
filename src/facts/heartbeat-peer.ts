import { present } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'

/** heartbeat's words for a node (heartbeat/hb_api.h). */
const words = ['active', 'up', 'init', 'dead']

/**
 * What heartbeat here says of the other node by cl_status(1); it keeps names in lower case. Absent:
 * heartbeat does not run, or is not installed.
 */
export function heartbeatPeer(peerName: string): Probe<string> {
  return {
    id: `heartbeat-peer:${peerName}`,
    script: [
      `command -v cl_status >/dev/null || exit ${exitAbsent}`,
      // The exit code is no help: it is 1 for a dead node too (seen in the lab).
      `said=$(timeout 20 cl_status nodestatus ${quote(peerName.toLowerCase())} 2>&1)`,
      'case $said in',
      `${words.join(' | ')}) printf '%s\\n' "$said"; exit 0 ;;`,
      'esac',
      `grep -qsx heartbeat /proc/[0-9]*/comm || exit ${exitAbsent}`,
      `printf '%s\\n' "\${said:-heartbeat runs, but does not answer cl_status}"`,
      'exit 1',
    ].join('\n'),
    parse: ({ stdout }) => present(stdout.trim()),
    deadlineMs: 60_000,
    maxBytes: 1024,
  }
}

/** What a node says of a peer that takes part. */
export const peerActive = 'active'
