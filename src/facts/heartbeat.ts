import { type Fact, present, unknown } from '../core/fact.ts'
import type { Platform } from '../core/platform.ts'
import type { Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { pidsOf } from './processes.ts'

/** The heartbeat daemon of this node, as its processes show it. */
export interface HeartbeatFact {
  readonly running: boolean
  /** Whether the ha.cf that it runs with is the present one. */
  readonly configLoaded: boolean
  /** The same for authkeys. */
  readonly keysLoaded: boolean
}

type HeartbeatFile = 'ha.cf' | 'authkeys'

/** Where it is recorded which file of this name the daemon read last. */
const recordOf = (name: HeartbeatFile) => `/run/nfsha/${name}.read`

/** Shell words that print what tells one content of a file from another: inode and modification time. */
const stampOf = (haDir: string, name: HeartbeatFile) => `stat -c '%i %.9Y' ${quote(`${haDir}/${name}`)}`

/** Shell words that record which ha.cf or authkeys the daemon reads now; /run/nfsha is there. */
export function recordRead(haDir: string, name: HeartbeatFile): string {
  return `${stampOf(haDir, name)} >${recordOf(name)}`
}

/**
 * Extended regular expression that finds, in /proc/PID/cmdline, a process that runs one of the scripts
 * by which heartbeat moves resources: the script itself or its interpreter comes first. A command
 * with such a path as an argument (a probe's stat, an editor) does not match. `.` also stands for the
 * NUL between arguments.
 */
export function movingScripts({
  haDir,
  heartbeatShare,
}: Pick<Platform['paths'], 'haDir' | 'heartbeatShare'>) {
  const literal = (path: string) => path.replaceAll('.', '[.]')
  const heartbeats = `${literal(heartbeatShare)}/(ResourceManager|hb_takeover|hb_standby|mach_down|req_resource)`
  return `(^|sh.(-[a-z]+.)?)(${heartbeats}|${literal(haDir)}/+(resource[.]d/|harc))`
}

/**
 * The daemon's processes, and whether it has read its files as they are now. heartbeat does not tell:
 * so who starts it (the unit's drop-in) or makes it read again (heartbeat -r) records which file that
 * was. Times are not compared: the clock may have been set since. Without a record, as when somebody
 * started the daemon by hand, nothing counts as read.
 */
export function heartbeat({ haDir }: Platform['paths']): Probe<HeartbeatFact> {
  return {
    id: 'heartbeat',
    script: `${pidsOf}
pids_of heartbeat
[ -n "$pids" ] || { echo "running no"; exit 0; }
echo "running yes"
stamps=$(stat -c '%n %i %.9Y' ${quote(`${haDir}/ha.cf`)} ${quote(`${haDir}/authkeys`)} 2>/dev/null)
has_read() {
  read=
  [ ! -r "$3" ] || read -r read <"$3"
  case "
$stamps
" in *"
$2 \${read:-never}
"*) echo "$1 yes" ;; *) echo "$1 no" ;; esac
}
has_read config ${quote(`${haDir}/ha.cf`)} ${recordOf('ha.cf')}
has_read keys ${quote(`${haDir}/authkeys`)} ${recordOf('authkeys')}`,
    parse: ({ stdout }) => parseHeartbeat(stdout),
    deadlineMs: 60_000,
    maxBytes: 1024,
  }
}

/**
 * Whether heartbeat is moving resources just now: one of its scripts, or ours for it, runs. A fact of its
 * own, since no step can say for how long: nobody expects an answer.
 */
export function heartbeatMoves(paths: Pick<Platform['paths'], 'haDir' | 'heartbeatShare'>): Probe<boolean> {
  return {
    id: 'heartbeat-moves',
    script: `if grep -qaE ${quote(movingScripts(paths))} /proc/[0-9]*/cmdline 2>/dev/null; then echo yes; else echo no; fi`,
    parse: ({ stdout }) => {
      const answer = stdout.trim()
      return answer === 'yes' || answer === 'no'
        ? present(answer === 'yes')
        : unknown('the answer is cut short')
    },
    deadlineMs: 60_000,
    maxBytes: 1024,
  }
}

/** What `heartbeat` finds on a node where the daemon does not run. */
export const heartbeatStopped: HeartbeatFact = Object.freeze({
  running: false,
  configLoaded: false,
  keysLoaded: false,
})

/** What `heartbeat` finds once it was started with the files that are there. */
export const heartbeatSettled: HeartbeatFact = Object.freeze({
  running: true,
  configLoaded: true,
  keysLoaded: true,
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
  if (!said('running') || !answers.has('keys')) return unknown('the answer is cut short')
  return present({
    running: true,
    configLoaded: said('config'),
    keysLoaded: said('keys'),
  })
}
