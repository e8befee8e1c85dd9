import { clock } from '../facts/time.ts'
import { unit } from '../facts/unit.ts'
import { defineCheck, fail, notKnown, ok, type Subject, warn } from './check.ts'

/** Both clocks are read in one round, but not at one instant: smaller differences say nothing. */
const noticeableMs = 2000
/** Logs can no longer be compared, and certificates and apt's lists begin to be refused. */
const harmfulMs = 60_000

export const clockSkew = defineCheck({
  id: 'clock',
  reads: () => ({ clock }),
  look({ peer }, { clock: mine }, { clock: theirs }) {
    if (mine.state !== 'present') return [notKnown('the clock', mine)]
    if (theirs.state !== 'present') return [notKnown(`the clock of ${peer.name}`, theirs)]
    const apartMs = Math.abs(mine.value.nowMs - theirs.value.nowMs)
    const apart = `the clocks are ${(apartMs / 1000).toFixed(1)} s apart`
    const fix = 'let deploy set up time synchronisation, or set the clocks (date -s) now'
    if (apartMs >= harmfulMs) return [fail(apart, fix)]
    if (apartMs >= noticeableMs) return [warn(apart, fix)]
    return [ok('the clocks agree')]
  },
})

export const timeSync = defineCheck({
  id: 'time-sync',
  reads: ({ cluster }: Subject) => ({
    clock,
    daemon: unit(
      cluster.timeSync.kind === 'chrony' ? cluster.platform.units.chrony : cluster.platform.units.timesyncd,
    ),
  }),
  look({ cluster }, { clock, daemon }) {
    if (clock.state !== 'present') return [notKnown('time synchronisation', clock)]
    const { isSynchronised } = clock.value
    if (isSynchronised === true) return [ok('the clock is synchronised')]
    const { kind } = cluster.timeSync
    if (kind === 'unmanaged')
      return [
        warn(
          'the clock is not synchronised, and nfsha was told to leave time alone',
          'set up chrony or systemd-timesyncd',
        ),
      ]
    if (daemon.state === 'present' && daemon.value.active === 'active')
      return [
        warn(
          `${kind} runs, but the clock is not synchronised yet`,
          kind === 'chrony' ? 'look at `chronyc sources`' : 'look at `timedatectl timesync-status`',
        ),
      ]
    return [warn('the clock is not synchronised', `deploy sets up ${kind}`)]
  },
})
