import type { Action } from '../core/action.ts'
import type { Volume } from '../core/cluster.ts'
import { type Diff, expects, inSync, refusal } from '../core/diff.ts'
import { factValue, present } from '../core/fact.ts'
import { defineStepOver, type Given } from '../core/step.ts'
import type { DrbdState } from '../facts/drbd.ts'
import { drbdOf } from '../facts/group.ts'
import { unit } from '../facts/unit.ts'
import { run, systemctl } from './_command.ts'
import { overVolumes, resourceTarget } from './_storage.ts'

/**
 * The held node's copy is left out of the writes: disconnected, called outdated (drbdsetup(8)), so that nobody serves
 * from it, and not brought up at boot. `drbd-up` and `drbd-connected` of a release undo that; a resync copies then
 * what was written meanwhile.
 */
export default defineStepOver({
  id: 'drbd-disconnect',
  title: 'Leave the held copy out of the writes',
  joint: true,
  over: overVolumes,
  reads: ({ cluster, item }: Given<Volume>) => ({
    status: drbdOf(cluster, item),
    target: unit(resourceTarget(item)),
  }),
  diff({ cluster, host, peer, item, params }, { facts }, other): Diff {
    if (params.to === undefined || host.name === params.to) return inSync
    const { status, target } = facts
    const unread = [status, target].find(fact => fact.state === 'unknown')
    if (unread?.state === 'unknown')
      return refusal(
        'unknown-state',
        `how ${item.name} is on ${host.name} is not known: ${unread.reason}`,
        'mend that first, then run again',
      )
    const state = factValue(status)
    const service = factValue(target)
    const isConnected = state !== undefined && state.connection !== 'StandAlone'
    const isValid = state !== undefined && /^(UpToDate|Consistent)$/.test(state.disk)
    const startsAtBoot = service?.enabled === 'enabled'
    if (!isConnected && !isValid && !startsAtBoot) return inSync
    const seen = factValue(other.facts.status)
    return {
      kind: 'change',
      symbol: '~',
      summary: `leave ${item.name} on ${host.name} out of the writes: one copy, that of ${peer.name}, until it is released`,
      risk: 'safe',
      actions: [
        ...(startsAtBoot ? [systemctl('disable', resourceTarget(item))] : []),
        ...(isConnected ? [disconnect(item, peer.name)] : []),
        ...(isValid ? [run(['drbdadm', 'outdate', item.name])] : []),
      ],
      expect: {
        self: [
          ...(state === undefined ? [] : [expects(drbdOf(cluster, item), present(leftOut(state)))]),
          ...(service === undefined
            ? []
            : [expects(unit(resourceTarget(item)), present({ ...service, enabled: 'disabled' }))]),
        ],
        peer:
          seen === undefined || !isConnected
            ? []
            : [expects(drbdOf(cluster, item), present({ ...seen, ...withoutPeer }))],
      },
    }
  },
})

/** What a side sees while the other one is away (drbd 8.4). */
const withoutPeer = { connection: 'WFConnection', peerRole: 'Unknown', peerDisk: 'DUnknown' } as const

function leftOut(state: DrbdState): DrbdState {
  return {
    ...state,
    ...withoutPeer,
    connection: 'StandAlone',
    disk: /^(UpToDate|Consistent)$/.test(state.disk) ? 'Outdated' : state.disk,
  }
}

/** Looks once more, on the node, that this is not the copy that is needed. */
function disconnect({ name }: Volume, peer: string): Action {
  return run(['drbdadm', 'disconnect', name], {
    guard: {
      expects: `${name} to be Secondary here, and UpToDate on ${peer}`,
      script: `now=$(drbdadm role ${name} 2>&1):$(drbdadm dstate ${name} 2>&1); case $now in Secondary*:*/UpToDate) ;; *) echo "$now"; exit 1 ;; esac`,
    },
  })
}
