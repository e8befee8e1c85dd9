import { type Fact, present, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'

/** A heartbeat medium to another node or to a ping node, as seen from here. */
export interface HeartbeatLink {
  readonly to: string
  /** `em2`, a serial device, or the ping node's own name. */
  readonly medium: string
  readonly up: boolean
}

/** What heartbeat on this node thinks of the cluster. Node names in lower case, as it keeps them. */
export interface HeartbeatView {
  /** `init`, `up`, `active`, `dead`; `ping` or `dead` for a ping node. */
  readonly nodes: Readonly<Record<string, string>>
  readonly pingNodes: readonly string[]
  readonly links: readonly HeartbeatLink[]
  /** `none`, `local`, `foreign`, `all`, `transition`. What it intends; no proof of who is active. */
  readonly resources: string
}

/**
 * Asks heartbeat by cl_status(1), which gives up after 5 s of silence on each question. It waits about
 * 0.3 s for each of some 17 answers, nearly all of it for heartbeat to let it in, so all are asked at the
 * same time (8 at once took 0.6 s instead of 2.3 s in the lab); each answer is one line, written whole.
 * Absent: heartbeat does not run, or is not installed.
 */
export const heartbeatView: Probe<HeartbeatView> = Object.freeze<Probe<HeartbeatView>>({
  id: 'heartbeat-view',
  script: [
    `command -v cl_status >/dev/null || exit ${exitAbsent}`,
    'timeout 20 cl_status hbstatus >/dev/null 2>&1 || {',
    `  grep -qsx heartbeat /proc/[0-9]*/comm || exit ${exitAbsent}`,
    '  echo "heartbeat runs, but does not answer cl_status"; exit 1',
    '}',
    "timeout 20 sh 2>/dev/null <<'NFSHA_QUESTIONS'",
    'echo "resources $(cl_status rscstatus)" &',
    'for node in $(cl_status listnodes); do',
    '  echo "node $node $(cl_status nodetype "$node") $(cl_status nodestatus "$node")" &',
    '  {',
    '    for medium in $(cl_status listhblinks "$node"); do',
    '      echo "link $node $medium $(cl_status hblinkstatus "$node" "$medium")" &',
    '    done',
    '    wait',
    '  } &',
    'done </dev/null',
    'wait',
    'NFSHA_QUESTIONS',
  ].join('\n'),
  parse: ({ stdout }) => parseView(stdout),
  deadlineMs: 60_000,
  maxBytes: 8192,
})

function parseView(stdout: string): Fact<HeartbeatView> {
  const rows = stdout
    .split('\n')
    .toSorted()
    .map(line => line.split(' '))
  const nodes = rows.filter(([word]) => word === 'node')
  const resources = rows.find(([word]) => word === 'resources')?.[1]
  if (!resources || nodes.length === 0) return unknown('heartbeat does not say what it knows')
  return present({
    nodes: Object.fromEntries(nodes.map(([, name = '', , status = '']) => [name, status])),
    pingNodes: nodes.flatMap(([, name = '', type]) => (type === 'ping' ? [name] : [])),
    links: rows
      .filter(([word]) => word === 'link')
      .map(([, to = '', medium = '', status]) => ({ to, medium, up: status === 'up' })),
    resources,
  })
}
