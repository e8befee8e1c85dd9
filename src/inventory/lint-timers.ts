import { type LintRule, when } from './lint-rule.ts'
import { showMs } from './scalars.ts'

/** Rules over timers: those of ha.cf, drbd.conf and NFS must fit each other. */
export const timerRules: readonly LintRule[] = [
  {
    id: 'keepalive-warntime',
    severity: 'error',
    title: 'keepalive is shorter than warntime',
    reason: 'every heartbeat would be logged as late',
    explanation:
      'warntime is the age at which heartbeat logs "Late heartbeat". At or below keepalive, each healthy heartbeat is late, and the log says nothing any more. Keep several keepalives within warntime.',
    check: ({ heartbeat: { keepaliveMs, warntimeMs } }) =>
      when(keepaliveMs >= warntimeMs, {
        path: ['heartbeat', 'warntime'],
        message: `warntime ${showMs(warntimeMs)} is not above keepalive ${showMs(keepaliveMs)}`,
        fix: `set warntime above ${showMs(keepaliveMs)}, or leave it out for half of deadtime`,
      }),
  },
  {
    id: 'warntime-deadtime',
    severity: 'error',
    title: 'warntime is shorter than deadtime',
    reason: 'a takeover would come before its warning',
    explanation:
      'Late heartbeats are how you learn that deadtime is too tight for this network and load. A warntime at or above deadtime never warns: the peer is declared dead first.',
    check: ({ heartbeat: { warntimeMs, deadtimeMs } }) =>
      when(warntimeMs >= deadtimeMs, {
        path: ['heartbeat', 'warntime'],
        message: `warntime ${showMs(warntimeMs)} is not below deadtime ${showMs(deadtimeMs)}`,
        fix: `set warntime below ${showMs(deadtimeMs)}, or leave it out for half of it`,
      }),
  },
  {
    id: 'deadtime-keepalive',
    severity: 'error',
    title: 'deadtime is more than twice keepalive',
    reason: 'heartbeat refuses to start otherwise',
    explanation:
      'heartbeat 3.0.6 checks deadtime > 2 * keepalive (heartbeat/config.c) and ends with exit code 6: "Dead time is too small compared to keepalive". With so few heartbeats in a deadtime, one lost packet would be a takeover.',
    check: ({ heartbeat: { keepaliveMs, deadtimeMs } }) =>
      when(deadtimeMs <= 2 * keepaliveMs, {
        path: ['heartbeat', 'deadtime'],
        message: `deadtime ${showMs(deadtimeMs)} is not above twice keepalive, ${showMs(2 * keepaliveMs)}`,
        fix: 'raise deadtime or lower keepalive; ten keepalives in a deadtime are a good measure',
      }),
  },
  {
    id: 'deadtime-long',
    severity: 'warning',
    title: 'deadtime is short enough to help',
    reason: 'for so long nobody serves after a crash; a number without a unit is seconds',
    explanation:
      'ha.cf counts a plain number in seconds: `deadtime: 500` is more than eight minutes, and 500 ms are written 500ms. Beyond two minutes somebody who is called is quicker, and clients have given up.',
    check: ({ heartbeat: { deadtimeMs } }) =>
      when(deadtimeMs > 120_000, {
        path: ['heartbeat', 'deadtime'],
        message: `deadtime is ${showMs(deadtimeMs)}`,
        fix: 'write 10s, or with its unit what is meant',
      }),
  },
  {
    id: 'deadping-keepalive',
    severity: 'error',
    title: 'deadping is more than twice keepalive',
    reason: 'heartbeat refuses to start otherwise',
    explanation: 'The same check of heartbeat/config.c as for deadtime, for ping nodes.',
    check: ({ heartbeat: { keepaliveMs, deadpingMs } }) =>
      when(deadpingMs <= 2 * keepaliveMs, {
        path: ['heartbeat', 'deadping'],
        message: `deadping ${showMs(deadpingMs)} is not above twice keepalive, ${showMs(2 * keepaliveMs)}`,
        fix: 'raise deadping, or leave it out for the value of deadtime',
      }),
  },
  {
    id: 'deadtime-drbd',
    severity: 'error',
    title: "deadtime is more than DRBD's timeout and ping-timeout together",
    reason: 'the standby would be promoted before DRBD knows that its peer is gone, and be refused',
    explanation:
      'At a takeover the standby is promoted. DRBD promotes only once it has noticed that the old primary no longer answers, which takes up to timeout + ping-timeout. A deadtime below that makes the first promotion fail, and costs its retries.',
    check: ({ heartbeat: { deadtimeMs }, drbd: { timeoutMs, pingTimeoutMs } }) =>
      when(deadtimeMs <= timeoutMs + pingTimeoutMs, {
        path: ['heartbeat', 'deadtime'],
        message: `deadtime ${showMs(deadtimeMs)} is not above DRBD's timeout + ping-timeout, ${showMs(timeoutMs + pingTimeoutMs)}`,
        fix: "raise deadtime, or lower drbd's timeout",
      }),
  },
  {
    id: 'drbd-timeout',
    severity: 'error',
    title: "DRBD's timeout is below its ping-int and connect-int",
    reason: 'drbd.conf(5) demands it, or a healthy idle connection counts as dead',
    explanation:
      'drbd.conf(5): "The timeout must be lower than connect-int and lower than ping-int." All three are compared here in milliseconds; the file counts timeout in tenths of a second and the others in seconds.',
    check: ({ drbd: { timeoutMs, pingIntMs, connectIntMs } }) =>
      when(timeoutMs >= pingIntMs || timeoutMs >= connectIntMs, {
        path: ['drbd', 'timeout'],
        message: `DRBD's timeout ${showMs(timeoutMs)} is not below ping-int ${showMs(pingIntMs)} and connect-int ${showMs(connectIntMs)}`,
        fix: 'lower timeout, or raise ping-int and connect-int',
      }),
  },
  {
    id: 'initdead',
    severity: 'warning',
    title: 'initdead is at least twice deadtime',
    reason: 'after a boot the network comes up late, and the node would declare its peer dead too soon',
    explanation:
      'initdead is how long a starting node waits for a peer it has never heard. Switches need seconds to forward after a link comes up, and both nodes may boot at once after a power cut. Below deadtime heartbeat refuses to start (exit code 6).',
    check: ({ heartbeat: { initdeadMs, deadtimeMs } }) =>
      when(initdeadMs < 2 * deadtimeMs, {
        path: ['heartbeat', 'initdead'],
        message: `initdead ${showMs(initdeadMs)} is below twice deadtime, ${showMs(2 * deadtimeMs)}`,
        fix: `set initdead to ${showMs(2 * deadtimeMs)} or more, or leave it out`,
        severity: initdeadMs < deadtimeMs ? 'error' : 'warning',
      }),
  },
  {
    id: 'lease-grace',
    severity: 'error',
    title: 'the NFS lease is not longer than the grace period',
    reason: 'a client that renews once a lease could miss the grace period and lose its locks',
    explanation:
      'After a takeover clients reclaim their state within the grace period. They notice the restart when they next renew, at the latest after a lease. A grace period shorter than the lease ends before the last of them has noticed.',
    check: ({ nfs: { leaseSeconds, graceSeconds } }) =>
      when(leaseSeconds > graceSeconds, {
        path: ['nfs', 'lease-time'],
        message: `lease-time ${leaseSeconds}s is longer than grace-time ${graceSeconds}s`,
        fix: 'set grace-time to lease-time or more',
      }),
  },
  {
    id: 'grace-short',
    severity: 'note',
    title: 'the NFS grace period is shorter than a minute',
    reason: 'clients that are away longer than it at a takeover lose their locks; longer means longer stalls',
    explanation:
      'A client that cannot reach the VIP during the grace period (its own network is slow to learn the new place, it sleeps) comes too late to reclaim its locks. SUSE advises 60 s or more. Ours is short because a takeover with a dead recorded client stalls opens for the whole grace period: 12.7 s of back-off with 10 s, 100.5 s with 90 s.',
    check: ({ nfs: { graceSeconds } }) =>
      when(graceSeconds < 60, {
        path: ['nfs', 'grace-time'],
        message: `grace-time is ${graceSeconds}s`,
        fix: 'nothing, if clients reach the VIP within that; else 60s or more',
      }),
  },
]
