import { type Expectation, expects, type Refusal, refusal } from '../core/diff.ts'
import { absent, type Fact, present } from '../core/fact.ts'
import type { Given, NodeFile } from '../core/step.ts'
import type { FileFact } from '../facts/file.ts'
import { monitorLoaded, monitorScript, monitorUnit } from '../facts/monitor.ts'
import { type UnitFact, unit, unitRunning } from '../facts/unit.ts'
import { daemonReload, run, systemctl } from './_command.ts'
import { type Effect, fileStep } from './_file.ts'
import { ownedFile } from './_file-diff.ts'
import { respectHold } from './_hold.ts'

const webhookPath = '/etc/nfsha/webhook'

/**
 * The watch over the service, running as it is written; before heartbeat, whose first start of the
 * group it sees to the end. Switched off in the inventory, it goes without a trace.
 */
export default respectHold(
  fileStep({
    id: 'monitor',
    title: 'Watch the service',
    files: given => wantedFiles(given),
    reads: ({ cluster }: Given<undefined>) => ({
      unit: unit(monitorUnit),
      loaded: monitorLoaded,
      webhook: ownedFile(cluster, webhookPath),
    }),
    effect(given, { facts }, _peer, changed): Effect | Refusal | undefined {
      if (facts.unit.state === 'unknown')
        return refusal(
          'unknown-unit',
          `the state of ${monitorUnit} could not be read: ${facts.unit.reason}`,
          `run \`systemctl status ${monitorUnit}\` on the node, then run again`,
        )
      if (!given.cluster.monitor.enabled) return removal(given, facts.unit, facts.webhook)
      const stray = webhookIsStray(given, facts.webhook)
      if (changed.length === 0 && !stray && runs(facts.unit) && isLoaded(facts.loaded)) return undefined
      return {
        summary: `${facts.unit.state === 'absent' ? 'start' : 'restart'} ${monitorUnit}`,
        ...(facts.unit.state === 'absent' ? {} : { promise: 'clients notice nothing' }),
        actions: [
          ...(stray ? [run(['rm', '-f', webhookPath])] : []),
          daemonReload(),
          systemctl('enable', monitorUnit),
          systemctl('restart', monitorUnit),
        ],
        expect: {
          self: [
            expects(unit(monitorUnit), present(unitRunning)),
            expects(monitorLoaded, present(true)),
            ...(stray ? [webhookGone(given)] : []),
          ],
        },
      }
    },
  }),
)

function wantedFiles({ cluster, host, render }: Given<undefined>): readonly NodeFile[] {
  const { enabled, notify } = cluster.monitor
  if (!enabled) return []
  const nodeFile = (path: string, mode: string): NodeFile => ({
    path,
    template: path.slice(1),
    content: render(path.slice(1), { cluster, node: host }),
    mode,
    owner: 'root:root',
  })
  return [
    nodeFile(monitorScript, '0755'),
    nodeFile(unitPath(cluster), '0644'),
    ...(notify.webhook === undefined ? [] : [nodeFile(webhookPath, '0600')]),
  ]
}

function unitPath({ platform }: Given<undefined>['cluster']): string {
  return `${platform.paths.unitDir}/${monitorUnit}`
}

function runs(fact: Fact<UnitFact>): boolean {
  if (fact.state !== 'present') return false
  const { active, enabled, needsReload } = fact.value
  return active === 'active' && enabled === 'enabled' && !needsReload
}

function isLoaded(fact: Fact<boolean>): boolean {
  return fact.state === 'present' && fact.value
}

/** The webhook's file holds a secret: it does not stay when there is none any more. */
function webhookIsStray({ cluster }: Given<undefined>, found: Fact<FileFact>): boolean {
  return cluster.monitor.notify.webhook === undefined && found.state === 'present'
}

function webhookGone({ cluster }: Given<undefined>): Expectation {
  return expects(ownedFile(cluster, webhookPath), absent())
}

function removal(
  given: Given<undefined>,
  found: Fact<UnitFact>,
  webhook: Fact<FileFact>,
): Effect | undefined {
  if (found.state === 'absent' && webhook.state !== 'present') return undefined
  return {
    summary: `remove ${monitorUnit}`,
    actions: [
      ...(found.state === 'absent' ? [] : [systemctl('disable', '--now', monitorUnit)]),
      run(['rm', '-f', unitPath(given.cluster), monitorScript, webhookPath]),
      daemonReload(),
    ],
    expect: {
      self: [expects(unit(monitorUnit), absent()), expects(monitorLoaded, absent()), webhookGone(given)],
    },
  }
}
