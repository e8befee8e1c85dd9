import { type Fact, present } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { linesOf } from './looks.ts'

/** A client that holds state on this NFS server, as nfsd lists it. */
export interface NfsClient {
  readonly address: string
  /** As the client calls itself, `Linux NFSv4.2 c1`; missing for what it did not say. */
  readonly name?: string
  /** `4.0`, `4.1`, `4.2`; `3` for one that only has a connection: version 3 keeps no state here. */
  readonly version: string
  /** `confirmed`, `courtesy` (silent for longer than its lease), `expirable`, `unconfirmed`. */
  readonly status: string
  /** Opens, locks and delegations that it holds. */
  readonly states: number
}

/** Who uses the NFS server now. For status only: it moves all the time. */
export interface NfsClientsFact {
  readonly clients: readonly NfsClient[]
  /** New opens and locks wait until clients have reclaimed theirs (`v4_end_grace` says N). */
  readonly inGrace: boolean
}

/**
 * Clients by /proc/fs/nfsd/clients/N/info and states (fs/nfsd/nfs4state.c, client_info_show; kernel
 * 5.3 and later), and addresses with a connection to port 2049 that none of these has: version 3, or
 * a client that has not come back yet. Absent while nfsd does not run.
 */
export const nfsClients: Probe<NfsClientsFact> = Object.freeze<Probe<NfsClientsFact>>({
  id: 'nfs-clients',
  script: [
    'threads=0',
    '{ read -r threads </proc/fs/nfsd/threads; } 2>/dev/null',
    `[ "\${threads:-0}" -gt 0 ] || exit ${exitAbsent}`,
    'ended=',
    '{ read -r ended </proc/fs/nfsd/v4_end_grace; } 2>/dev/null',
    'echo "ended $ended"',
    'counts=$(grep -cH . /proc/fs/nfsd/clients/*/states 2>/dev/null)',
    'for client in /proc/fs/nfsd/clients/*; do',
    '  [ -r "$client/info" ] || continue',
    `  count=\${counts#*"$client/states:"}`,
    `  printf 'client %s\\n' "\${count%%[!0-9]*}"`,
    `  { ${linesOf('"$client/info"')}; } 2>/dev/null`,
    'done',
    "peers=$(ss -Htn state established '( sport = :2049 )' 2>/dev/null)",
    `while read -r _ _ _ peer _; do printf 'peer %s\\n' "$peer"; done <<NFSHA_PEERS`,
    '$peers',
    'NFSHA_PEERS',
    'exit 0',
  ].join('\n'),
  parse: ({ stdout }) => parseClients(stdout),
  deadlineMs: 60_000,
  maxBytes: 262_144,
})

function parseClients(stdout: string): Fact<NfsClientsFact> {
  const clients = stdout
    .split(/^client /m)
    .slice(1)
    .map(clientOf)
  const known = new Set(clients.map(({ address }) => address))
  const connected = [...stdout.matchAll(/^peer (\S+)$/gm)].map(([, peer = '']) => addressOf(peer))
  const others = [...new Set(connected)].filter(address => !known.has(address))
  return present({
    clients: [
      ...clients,
      ...others.map(address => ({ address, version: '3', status: 'connected', states: 0 })),
    ],
    inGrace: /^ended N/m.test(stdout),
  })
}

function clientOf(text: string): NfsClient {
  const said = (field: string) => new RegExp(`^${field}: "?([^"\\n]*)`, 'm').exec(text)?.[1]
  const name = said('name')
  return {
    address: addressOf(said('address') ?? ''),
    ...(name !== undefined && name !== '' && { name }),
    version: `4.${said('minor version') ?? '?'}`,
    status: said('status') ?? 'unknown',
    states: Number.parseInt(text, 10) || 0,
  }
}

/** The address of `192.168.0.1:745`, `[::ffff:192.168.0.1]:745` or `::ffff:192.168.0.1`. */
function addressOf(text: string): string {
  const bare = /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? text.replace(/^([\d.]+):\d+$/, '$1')
  return bare.replace(/^::ffff:/, '')
}
