import { clock, clockFix, clockGap } from '../facts/time.ts'
import { unit } from '../facts/unit.ts'
import { defineCheck, notKnown, ok, type Subject, warn } from './check.ts'

/** Both clocks are read in one round, but not at one instant: smaller differences say nothing. */
const noticeableMs = 2000

/** Never a failure: what a deploy starts, heartbeat, DRBD and the time daemon among it, starts by any clock. */
export const clockSkew = defineCheck({
  id: 'clock',
  reads: () => ({ clock }),
  look({ cluster, node, peer }, { clock: mine }, { clock: theirs }) {
    if (mine.state !== 'present') return [notKnown('the clock', mine)]
    if (theirs.state !== 'present') return [notKnown(`the clock of ${peer.name}`, theirs)]
    const { aheadMs, wrong } = clockGap(mine.value, theirs.value)
    if (Math.abs(aheadMs) < noticeableMs) return [ok('the clocks agree')]
    const apart = `the clocks are ${(Math.abs(aheadMs) / 1000).toFixed(1)} s apart`
    if (wrong === 'peer') return [ok(`the clock is synchronised, and that of ${peer.name} is not: ${apart}`)]
    if (wrong === 'self')
      return [warn(`${apart}, and this one is not synchronised`, clockFix(cluster, node.name))]
    // Nothing tells which of both it is: said once.
    return node.name === cluster.nodes[0].name
      ? [warn(`${apart}, and nothing tells which one is wrong`, clockFix(cluster))]
      : []
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
