import type { RunAction } from '../core/action.ts'
import type { Node } from '../core/cluster.ts'
import { type Diff, expects, inSync, type Refusal, refusal, type Side } from '../core/diff.ts'
import { type Fact, present } from '../core/fact.ts'
import { groupCommand } from '../core/group-command.ts'
import type { Reads } from '../core/probe.ts'
import { quoteArgv } from '../core/quote.ts'
import { defineStep, type Given } from '../core/step.ts'
import { answerTo, heldTexts } from '../facts/group.ts'
import { heartbeat, heartbeatSettled } from '../facts/heartbeat.ts'
import { type UnitFact, unit } from '../facts/unit.ts'
import { systemctl } from './_command.ts'
import { groupReads, partsOf } from './_group.ts'
import { respectHold } from './_hold.ts'

/**
 * Heartbeat runs on both nodes, and starts at boot unless `autostart` is off. A node that has parts
 * of the resource group without a heartbeat to answer for them is refused: another heartbeat may
 * start the group beside it (heartbeat's own check is ResourceManager's verifyallidle, in the unit).
 */
export default respectHold(
  defineStep({
    id: 'heartbeat-start',
    title: 'Start Heartbeat',
    joint: true,
    reads: ({ cluster }: Given<undefined>): Reads => {
      const { paths, units } = cluster.platform
      return groupReads(cluster, heartbeat(paths), unit(units.heartbeat))
    },
    diff(given, self) {
      const { paths, units } = given.cluster.platform
      const daemon = answerTo(self.facts, heartbeat(paths))
      const service = answerTo(self.facts, unit(units.heartbeat))
      if (daemon.state !== 'present') return unknownDaemon(given, daemon)
      if (service.state !== 'present' || service.value.load !== 'loaded') return unusableUnit(given, service)
      const { running } = daemon.value
      return (running ? undefined : whyNotStart(given, self)) ?? bringUp(given, service.value, running)
    },
  }),
)

/** Enables and starts the unit as far as needed. */
function bringUp({ cluster }: Given<undefined>, service: UnitFact, running: boolean): Diff {
  const { paths, units } = cluster.platform
  const wanted = cluster.heartbeat.autostart ? 'enabled' : 'disabled'
  const enabling = service.enabled !== wanted
  if (running && !enabling) return inSync
  const verb = wanted === 'enabled' ? 'enable' : 'disable'
  const words = [...(enabling ? [`${verb} heartbeat at boot`] : []), ...(running ? [] : ['start heartbeat'])]
  const actions: readonly RunAction[] = [
    ...(enabling ? [systemctl(verb, units.heartbeat)] : []),
    // The unit stays active when its daemon dies (RemainAfterExit), and starting it again would do nothing.
    ...(!running && service.active === 'active' ? [systemctl('stop', units.heartbeat)] : []),
    ...(running ? [] : [systemctl('start', units.heartbeat)]),
  ]
  const after = { ...service, enabled: wanted, active: running ? service.active : 'active' }
  return {
    kind: 'change',
    symbol: '~',
    summary: words.join(' and '),
    risk: 'safe',
    actions,
    expect: {
      self: [
        expects(unit(units.heartbeat), present(after)),
        ...(running ? [] : [expects(heartbeat(paths), present(heartbeatSettled))]),
      ],
    },
  }
}

/** Why heartbeat must not be started on a node as it is now. */
function whyNotStart({ cluster, host }: Given<undefined>, self: Side<Reads, Node>): Refusal | undefined {
  const parts = partsOf(cluster, self)
  const unanswered = parts.find(({ held }) => held === undefined)
  if (unanswered !== undefined)
    return refusal(
      'unknown-state',
      `what ${host.name} holds is not known (${unanswered.text}), so heartbeat is not started there`,
      `see \`nfsha status\` and mend that first, then run again`,
    )
  const orphaned = heldTexts(parts)
  if (orphaned.length === 0) return undefined
  return refusal(
    'resources-without-heartbeat',
    `heartbeat does not run on ${host.name}, but ${orphaned.join(', ')}`,
    `give that up on ${host.name} when clients can wait: \`${quoteArgv(groupCommand(cluster, 'stop'))}\`; then run again`,
  )
}

function unknownDaemon({ cluster, host }: Given<undefined>, daemon: Fact<unknown>): Refusal {
  const reason = daemon.state === 'unknown' ? daemon.reason : 'it was not found'
  return refusal(
    'unknown-state',
    `whether heartbeat runs on ${host.name} is not known: ${reason}`,
    `look there with \`systemctl status ${cluster.platform.units.heartbeat}\`, then run again`,
  )
}

function unusableUnit({ cluster, host }: Given<undefined>, service: Fact<UnitFact>): Refusal {
  const name = cluster.platform.units.heartbeat
  const found = service.state === 'present' ? service.value.load : service.state
  return refusal(
    'unit-not-startable',
    `the unit ${name} on ${host.name} is ${found}`,
    `on ${host.name}, \`systemctl unmask ${name}\` or install heartbeat's package again, then run again`,
  )
}
