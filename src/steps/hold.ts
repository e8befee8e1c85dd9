import type { Action } from '../core/action.ts'
import { type Change, type Diff, expects, inSync, refusal } from '../core/diff.ts'
import { present } from '../core/fact.ts'
import type { Reads } from '../core/probe.ts'
import { defineStep, type Given } from '../core/step.ts'
import { answerTo, heldTexts, holdingOf } from '../facts/group.ts'
import { heartbeat, heartbeatStopped } from '../facts/heartbeat.ts'
import { hold, holdMarker } from '../facts/hold.ts'
import { type UnitFact, unit } from '../facts/unit.ts'
import { systemctl } from './_command.ts'
import { groupReads, partsOf, passiveGuard } from './_group.ts'

/**
 * The node that does not serve is kept out until it is released: a marker says who holds it, since when
 * and why; heartbeat is stopped there and does not start at boot. DRBD goes on replicating. A node that
 * is held already keeps its marker.
 */
export default defineStep({
  id: 'hold',
  title: 'Keep the other node out',
  joint: true,
  reads: ({ cluster }: Given<undefined>): Reads =>
    groupReads(cluster, heartbeat(cluster.platform.paths), unit(cluster.platform.units.heartbeat), hold),
  diff({ cluster, host, peer, params }, self): Diff {
    if (params.hold === undefined || params.to === undefined || host.name === params.to) return inSync
    const { paths, units } = cluster.platform
    const marker = answerTo(self.facts, hold)
    const daemon = answerTo(self.facts, heartbeat(paths))
    const service = answerTo(self.facts, unit(units.heartbeat))
    const unread = [marker, daemon, service].find(fact => fact.state === 'unknown')
    if (unread?.state === 'unknown')
      return refusal(
        'unknown-state',
        `how ${host.name} is held is not known: ${unread.reason}`,
        'mend that first, then run again',
      )
    const parts = partsOf(cluster, self)
    if (holdingOf(parts) !== 'none')
      return refusal(
        'holds-resources',
        `${host.name} cannot be held: ${heldTexts(parts).join(', ') || 'what it has is not known'}`,
        `move the service to ${peer.name} first`,
      )
    const runs = daemon.state === 'present' && daemon.value.running
    const startsAtBoot = service.state === 'present' && service.value.enabled === 'enabled'
    if (marker.state === 'present' && !runs && !startsAtBoot) return inSync
    return takeOut({
      node: host.name,
      unitName: units.heartbeat,
      ...(marker.state === 'present'
        ? { text: marker.value.text, isMarked: true }
        : { text: params.hold, isMarked: false }),
      service: service.state === 'present' ? service.value : undefined,
      daemon: runs ? heartbeat(paths) : undefined,
      startsAtBoot,
    })
  },
})

interface Out {
  readonly node: string
  readonly unitName: string
  /** The marker's text. */
  readonly text: string
  readonly isMarked: boolean
  readonly service: UnitFact | undefined
  /** The probe of the daemon that runs and is to be stopped. */
  readonly daemon: ReturnType<typeof heartbeat> | undefined
  readonly startsAtBoot: boolean
}

/** The marker comes first, so that nobody mends what follows. */
function takeOut({ node, unitName, text, isMarked, service, daemon, startsAtBoot }: Out): Change {
  const mark: Action = {
    kind: 'put',
    path: holdMarker,
    content: [`${text}\n`],
    mode: '0644',
    owner: 'root:root',
  }
  const stop: Action = { ...systemctl('stop', unitName), guard: passiveGuard }
  const after = service && {
    ...service,
    enabled: startsAtBoot ? 'disabled' : service.enabled,
    active: daemon === undefined ? service.active : 'inactive',
  }
  return {
    kind: 'change',
    symbol: '~',
    summary: `hold ${node}: no failover to it until it is released (${text})`,
    risk: 'safe',
    actions: [
      ...(isMarked ? [] : [mark]),
      ...(startsAtBoot ? [systemctl('disable', unitName)] : []),
      ...(daemon === undefined ? [] : [stop]),
    ],
    expect: {
      self: [
        ...(isMarked ? [] : [expects(hold, present({ text }))]),
        ...(daemon === undefined ? [] : [expects(daemon, present(heartbeatStopped))]),
        ...(after === undefined ? [] : [expects(unit(unitName), present(after))]),
      ],
    },
  }
}
