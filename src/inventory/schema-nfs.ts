import { z } from 'zod'
import * as scalar from './scalars.ts'

/* The NFS server, and each remedy against long stalls with a switch of its own. */

const seconds = (why: string, standard: string) =>
  scalar.duration({ min: 10_000, max: 3_600_000, step: 1000 }).prefault(standard).describe(why)

export const nfs = z
  .strictObject({
    threads: scalar
      .whole(1, 4096)
      .prefault(16)
      .describe(
        "Threads of nfsd. Default 16: twice nfs-utils' 8, since threads that wait for replication are not free for others.",
      ),
    v3: scalar.flag
      .prefault(false)
      .describe(
        "Serve NFS 3. Default off: lockd's own grace period then also holds back new locks of v4 after a takeover.",
      ),
    v40: scalar.flag
      .prefault(false)
      .describe(
        'Serve NFS 4.0. Default off: its clients never say that they are done reclaiming, so every takeover waits out the grace period. A power cut soon after a move may cost them locks; a package (sqlite3) keeps them otherwise.',
      ),
    portmapper: z
      .enum(['auto', 'keep'])
      .prefault('auto')
      .describe(
        'auto, the default: rpcbind and statd run where NFS 3 is served and cannot start where it is not, for a portmapper that hangs keeps nfsd waiting for minutes. keep: something else on the nodes needs them.',
      ),
    'grace-time': seconds(
      'After a takeover, clients have so long to reclaim; nothing new is opened meanwhile unless all are done. Default 10s, the least that the kernel takes, for short stalls; SUSE advises 60 or more where clients may be away that long.',
      '10s',
    ),
    'lease-time': seconds(
      'Clients renew within this. Default 10s, as grace-time: it must not be longer.',
      '10s',
    ),
    'mountd-port': scalar.port
      .prefault(20_048)
      .describe('Default 20048, IANA mountd: fixed, so that a firewall can name it.'),
    'statd-port': scalar.port
      .prefault(32_765)
      .describe('Default 32765: fixed, so that a firewall can name it.'),
    'statd-outgoing-port': scalar.port.prefault(32_766).describe('Default 32766: fixed, as statd-port.'),
    'lockd-port': scalar.port
      .prefault(32_803)
      .describe('Default 32803: fixed, so that a firewall can name it.'),
    scope: z
      .union([z.literal(['off', false]), scalar.hostName])
      .optional()
      .describe(
        "The NFSv4 server scope of both nodes; with differing ones no client can reclaim its locks. Default: nfsha- and the name of the cluster. off: each node's own name, so that a drill shows what one scope is worth.",
      ),
    'client-database-on-volume': scalar.flag
      .prefault(true)
      .describe(
        'Keep the client database on the volume. Default on: the grace period then ends as soon as all clients are back. off shows in a drill what it is worth.',
      ),
    tickle: scalar.flag
      .prefault(true)
      .describe(
        'Wake clients after a takeover by a TCP ACK. Default on: else they may wait a minute on a dead connection.',
      ),
    'gratuitous-arp': scalar.flag
      .prefault(true)
      .describe(
        "Tell the network at once where the VIP is now. Default on: else clients send to the old node's MAC address until theirs of it ages out, up to half a minute.",
      ),
    'lock-recovery': scalar.flag
      .prefault(true)
      .describe(
        'Keep on the volume whom to tell, and tell NFS 3 clients after a takeover that their locks must be reclaimed. Default on; of effect where v3 is served.',
      ),
    'vip-last': scalar.flag
      .prefault(true)
      .describe(
        'Bring the VIP up after nfsd. Default on: with nobody listening clients are reset and back off 3, 9, 21 s.',
      ),
  })
  .prefault({})
  .describe("The kernel's NFS server.")
