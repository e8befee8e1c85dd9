import type { HostRoute } from '../core/cluster.ts'
import { type Diff, expects, inSync } from '../core/diff.ts'
import { factValue, present } from '../core/fact.ts'
import type { Reads } from '../core/probe.ts'
import { defineStep, type Given } from '../core/step.ts'
import { answerTo } from '../facts/group.ts'
import { ownFiles } from '../facts/own-files.ts'
import { routeTo } from '../facts/route.ts'
import { unit } from '../facts/unit.ts'
import { run, systemctl } from './_command.ts'
import { evidenceOf, hasOwn, refuseUnknown } from './_remains.ts'

const unitName = 'nfsha-routes.service'

/** The host routes to the peer go, and the unit that keeps them over a boot. */
export default defineStep({
  id: 'routes-remove',
  title: 'Remove the routes to the peer',
  reads: (given: Given<undefined>): Reads =>
    Object.fromEntries(
      [
        ownFiles(given.cluster),
        unit(unitName),
        ...routesOf(given).map(({ destination }) => routeTo(destination)),
      ].map(probe => [probe.id, probe]),
    ),
  diff(given, { facts }): Diff {
    const own = answerTo(facts, ownFiles(given.cluster))
    const service = answerTo(facts, unit(unitName))
    const found = routesOf(given).map(route => ({ route, fact: answerTo(facts, routeTo(route.destination)) }))
    const flaw = refuseUnknown(given, {
      "the cluster's files": own,
      [unitName]: service,
      ...Object.fromEntries(
        found.map(({ route, fact }) => [`the route to ${route.destination}`, fact] as const),
      ),
    })
    if (flaw !== undefined) return flaw
    if (!hasOwn(own, evidenceOf(given.cluster).unit(unitName))) return inSync
    const ours = found.filter(
      ({ route, fact }) => factValue(fact)?.hasHostRoute === true && factValue(fact)?.nic === route.nic,
    )
    const state = factValue(service)
    const isOn = state !== undefined && (state.active === 'active' || state.enabled === 'enabled')
    if (ours.length === 0 && !isOn) return inSync
    return {
      kind: 'change',
      symbol: '-',
      summary: [
        ...(isOn ? [`stop ${unitName}`] : []),
        ...ours.map(({ route }) => `remove the route to ${route.destination} over ${route.nic}`),
      ].join('; '),
      risk: 'safe',
      actions: [
        ...(isOn ? [systemctl('disable', '--now', unitName)] : []),
        ...ours.map(({ route: { destination, nic } }) =>
          run(['ip', 'route', 'delete', `${destination}/32`, 'dev', nic]),
        ),
      ],
      expect: {
        self: [
          ...(isOn && state !== undefined
            ? [expects(unit(unitName), present({ ...state, enabled: 'disabled', active: 'inactive' }))]
            : []),
          ...ours.map(({ route: { destination }, fact }) =>
            // The link's own route leads there now, as a rule by the same interface.
            expects(routeTo(destination), present({ ...factValue(fact), hasHostRoute: false })),
          ),
        ],
      },
    }
  },
})

function routesOf({ cluster, host }: Given<undefined>): readonly HostRoute[] {
  return cluster.hostRoutes[host.name] ?? []
}
