import { z } from 'zod'
import * as scalar from './scalars.ts'

/* The monitor: what it looks at, what it does about it, and whom it tells. */

const notify = z
  .strictObject({
    command: scalar.path
      .optional()
      .describe(
        'A program on the nodes, called with the event and its text; more in NFSHA_CLUSTER, NFSHA_NODE, NFSHA_EVENT, NFSHA_TEXT and NFSHA_PRIORITY (syslog(3): 2 critical to 6). None by default: only you know whom to tell.',
      ),
    mail: scalar
      .word(
        /^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+$/,
        'a mail address',
        'write it as NAME@DOMAIN; one address, which may be a list',
      )
      .optional()
      .describe(
        "Where mail goes, by the node's own sendmail; nfsha installs none. None by default: few nodes can send mail.",
      ),
    webhook: scalar.secretReference
      .optional()
      .describe(
        'A reference to an URL that gets each notice as JSON (text, cluster, node, priority, event) by curl, which is then installed. A reference, because such an URL is a key: env:NAME, file:PATH#KEY or command:COMMAND LINE. None by default.',
      ),
  })
  .prefault({})
  .describe('Who is told, beside the journal: of hand-overs, a split-brain, a degraded pair.')

export const monitor = z
  .strictObject({
    enabled: scalar.flag
      .prefault(true)
      .describe(
        'Run nfsha-monitor on both nodes. Default on: heartbeat watches nodes only, and leaves a failed start on the preferred node as it is.',
      ),
    interval: scalar
      .duration({ min: 1000, max: 300_000 })
      .prefault('5s')
      .describe('Time between two looks. Default 5s: a look costs some ten processes and one small write.'),
    'check-timeout': scalar
      .duration({ min: 2000, max: 300_000, step: 1000 })
      .prefault('10s')
      .describe(
        'A look that takes longer has failed. Default 10s: a disk that is busy resyncing answers within it.',
      ),
    failures: scalar
      .whole(1, 100)
      .prefault(3)
      .describe(
        'Failures in a row before anything is done. Default 3: one may be a moment of load, and acting costs clients seconds.',
      ),
    'local-restart': scalar.flag
      .prefault(true)
      .describe(
        'First start anew, on the same node, what is missing. Default on: it is quicker than moving, and cures an nfsd that was killed.',
      ),
    'hand-over': scalar.flag
      .prefault(true)
      .describe(
        'Then hand the group over, to a peer that heartbeat calls active and DRBD calls UpToDate. Default on: else a hung nfsd stays hung until somebody looks.',
      ),
    pause: scalar
      .duration({ min: 10_000 })
      .prefault('10min')
      .describe(
        'No second restart, and no hand-over after the group has come here, within this. Default 10min: what fails on both nodes must not go to and fro.',
      ),
    'max-hand-overs': scalar
      .whole(1, 100)
      .prefault(3)
      .describe(
        'Hand-overs from one node in a day; then it only tells. Default 3: a fourth would not help either.',
      ),
    'start-patience': scalar
      .duration({ min: 5000 })
      .prefault('60s')
      .describe(
        'Heartbeat believes that a node holds the group, and it does not serve: act after so long. Default 60s: heartbeat does what it does about it after 30 s. Sooner, at the second look, where its script told that its start failed here and the peer has all data.',
      ),
    'release-timeout': scalar
      .duration({ min: 30_000 })
      .prefault('3min')
      .describe(
        'Giving the group up takes at most this; then see reset. Default 3min: umount may write back a lot first.',
      ),
    reset: scalar.flag
      .prefault(true)
      .describe(
        'Reset a node on which giving the group up hangs, when the peer waits to take it. Default on: heartbeat resets it when giving up fails, but waits for ever when it hangs in the kernel.',
      ),
    'full-percent': scalar
      .whole(1, 100)
      .prefault(90)
      .describe(
        'A volume of which so much is taken, of its room or of its inodes, is told as nearly full. Default 90: time to make room is left.',
      ),
    'slow-after': scalar
      .duration({ min: 10 })
      .prefault('100ms')
      .describe(
        'A disk that works for so long for each request, or holds one for so long while none ends, is slow. Default 100ms: ten times what a disk that turns needs, however many requests wait; a sick one takes a second.',
      ),
    repeat: scalar
      .duration({ min: 60_000 })
      .prefault('1h')
      .describe('The same notice again after this at the earliest. Default 1h: often enough to be seen.'),
    notify,
  })
  .prefault({})
  .describe('The watch over the service itself: nfsha-monitor, on both nodes; only the active one acts.')
