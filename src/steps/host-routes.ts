import type { HostRoute } from '../core/cluster.ts'
import { expects, type Refusal, refusal } from '../core/diff.ts'
import { type Fact, present } from '../core/fact.ts'
import type { Given } from '../core/step.ts'
import { controllerAddress, type RouteFact, routeTo } from '../facts/route.ts'
import { unit } from '../facts/unit.ts'
import { daemonReload, run, systemctl } from './_command.ts'
import { type Effect, fileStep } from './_file.ts'
import { respectHold } from './_hold.ts'

const unitName = 'nfsha-routes.service'
const template = 'etc/systemd/system/nfsha-routes.service'

/** Routes to the peer's addresses, each over its own link, kept over reboots by a unit of ours. */
export default respectHold(
  fileStep({
    id: 'host-routes',
    title: 'Route to the peer over each link',
    files: given =>
      routesOf(given).length === 0
        ? []
        : [
            {
              path: pathOf(given),
              template,
              content: given.render(template, { cluster: given.cluster, node: given.host }),
              mode: '0644',
              owner: 'root:root',
            },
          ],
    reads: given => ({
      unit: unit(unitName),
      controller: controllerAddress,
      ...Object.fromEntries(routesOf(given).map(({ destination }) => [destination, routeTo(destination)])),
    }),
    effect(given, { facts }, _peer, changed): Effect | Refusal | undefined {
      const routes = routesOf(given)
      if (facts.unit.state === 'unknown')
        return unreadable(`the state of ${unitName} could not be read: ${facts.unit.reason}`)
      if (routes.length === 0) return facts.unit.state === 'absent' ? undefined : removal(given)
      const stray: HostRoute[] = []
      // `reads` asked routeTo under each destination's name.
      const answers = facts as Readonly<Record<string, Fact<RouteFact> | undefined>>
      for (const route of routes) {
        const fact = answers[route.destination]
        if (fact?.state === 'unknown')
          return unreadable(`the route to ${route.destination} could not be read: ${fact.reason}`)
        if (!agrees(route, fact)) stray.push(route)
      }
      const flaw = stray.map(route => coversController(route, facts.controller)).find(Boolean)
      if (flaw !== undefined) return flaw
      const { active, enabled, needsReload } = facts.unit.state === 'present' ? facts.unit.value : unitGone
      const unitAgrees = active === 'active' && enabled === 'enabled' && !needsReload
      if (stray.length === 0 && unitAgrees && changed.length === 0) return undefined
      return {
        summary: `route ${routes.map(({ destination, nic }) => `${destination} over ${nic}`).join(', ')}`,
        actions: [daemonReload(), systemctl('enable', unitName), systemctl('restart', unitName)],
        expect: {
          self: [
            expects(
              unit(unitName),
              present({
                load: 'loaded',
                enabled: 'enabled',
                active: 'active',
                needsReload: false,
                dropIns: [],
              }),
            ),
            ...routes.map(({ destination, nic, source }) =>
              expects(routeTo(destination), present({ nic, source, hasHostRoute: true })),
            ),
          ],
        },
      }
    },
  }),
)

const unitGone = { active: '', enabled: '', needsReload: false }

function routesOf({ cluster, host }: Given<undefined>): readonly HostRoute[] {
  return cluster.hostRoutes[host.name] ?? []
}

function pathOf({ cluster }: Given<undefined>): string {
  return `${cluster.platform.paths.unitDir}/${unitName}`
}

function agrees({ nic, source }: HostRoute, fact: Fact<RouteFact> | undefined): boolean {
  if (fact?.state !== 'present') return false
  const { value } = fact
  return value.hasHostRoute && value.nic === nic && value.source === source && value.gateway === undefined
}

/** A route that is not there yet may cut the connection that we come by. */
function coversController(route: HostRoute, controller: Fact<string>): Refusal | undefined {
  if (controller.state === 'unknown')
    return unreadable(`the address that we connect from could not be read: ${controller.reason}`)
  if (controller.state === 'absent' || controller.value !== route.destination) return undefined
  return refusal(
    'route-covers-controller',
    `the route to ${route.destination} over ${route.nic} would also carry our own connection, which comes from there`,
    'run nfsha from a machine that is not the peer, or switch host routes off in the inventory',
  )
}

/** Routes were switched off: the unit goes; its routes stay until the next boot, in nobody's way. */
function removal(given: Given<undefined>): Effect {
  return {
    summary: `remove ${unitName}; its routes stay until the next boot`,
    actions: [systemctl('disable', '--now', unitName), run(['rm', '-f', pathOf(given)]), daemonReload()],
    expect: { self: [expects(unit(unitName), { state: 'absent' })] },
  }
}

function unreadable(reason: string): Refusal {
  return refusal('unknown-route', reason, 'look at `ip route` and `systemctl` on the node, then run again')
}
