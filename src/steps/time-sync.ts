import type { Cluster } from '../core/cluster.ts'
import { expects, type Refusal, refusal } from '../core/diff.ts'
import { factValue, present } from '../core/fact.ts'
import type { Given, NodeFile } from '../core/step.ts'
import { dpkgTroubles } from '../facts/package.ts'
import { chronySources, timesyncdServers } from '../facts/time.ts'
import { unit } from '../facts/unit.ts'
import { systemctl } from './_command.ts'
import { type Effect, fileStep } from './_file.ts'
import { respectHold } from './_hold.ts'
import { afterInstallation, installation, missingOf, timePackages, wantedPackages } from './_install.ts'

/**
 * A time daemon that runs and uses the inventory's servers; it installs its own package, since a
 * clock that is far off makes apt refuse the rest. Whether the clock is synchronised already is a
 * check, not a desired state: it comes and goes.
 */
export default respectHold(
  fileStep({
    id: 'time-sync',
    title: 'Keep the clocks together',
    files: given => timeFiles(given),
    reads: ({ cluster }) => ({
      packages: wantedPackages(cluster),
      troubles: dpkgTroubles,
      daemon: unit(daemonOf(cluster)),
      servers: cluster.timeSync.kind === 'systemd-timesyncd' ? timesyncdServers : chronySources,
    }),
    effect({ cluster }, { facts }, _peer, changed): Effect | Refusal | undefined {
      const { kind, servers } = cluster.timeSync
      if (kind === 'unmanaged') return undefined
      for (const fact of [facts.packages, facts.troubles, facts.daemon])
        if (fact.state === 'unknown')
          return refusal(
            'unknown-time',
            `how this node keeps time could not be read: ${fact.reason}`,
            `run \`systemctl status ${daemonOf(cluster)}\` on the node, then run again`,
          )
      const found = factValue(facts.packages) ?? {}
      const missing = missingOf(found, timePackages(cluster))
      const daemon = factValue(facts.daemon)
      const used = factValue(facts.servers) ?? []
      const runs = daemon?.active === 'active' && daemon.enabled === 'enabled' && !daemon.needsReload
      const agrees = servers.every(server => used.includes(server))
      if (missing.length === 0 && runs && agrees && changed.length === 0) return undefined
      const install =
        missing.length === 0
          ? []
          : [
              installation({
                names: missing,
                repair: (factValue(facts.troubles) ?? []).length > 0,
                update: missing.some(name => found[name]?.hasCandidate !== true),
              }),
            ]
      const name = daemonOf(cluster)
      // Its package enables it; saying so again costs seconds where systemd also asks the SysV scripts.
      const enable = missing.length > 0 || daemon?.enabled === 'enabled' ? [] : [systemctl('enable', name)]
      return {
        summary: `${missing.length > 0 ? `install ${missing.join(' ')} and ` : ''}${runs ? 'restart' : 'start'} ${name}`,
        actions: [...install, ...enable, systemctl('restart', name)],
        expect: {
          self: [
            ...(missing.length > 0 ? afterInstallation(cluster, missing, found, {}) : []),
            expects(
              unit(name),
              present({
                load: 'loaded',
                enabled: 'enabled',
                active: 'active',
                needsReload: false,
                dropIns: daemon?.dropIns ?? [],
              }),
            ),
            expects(
              kind === 'chrony' ? chronySources : timesyncdServers,
              present([...new Set([...used, ...servers])].sort()),
            ),
          ],
        },
      }
    },
  }),
)

function daemonOf({ platform, timeSync }: Cluster): string {
  return timeSync.kind === 'systemd-timesyncd' ? platform.units.timesyncd : platform.units.chrony
}

/** The package's own configuration does while the inventory names no server. */
function timeFiles({ cluster, host, render }: Given<undefined>): readonly NodeFile[] {
  const { kind, servers } = cluster.timeSync
  if (kind === 'unmanaged' || servers.length === 0) return []
  const template =
    kind === 'chrony' ? 'etc/chrony/conf.d/nfsha.conf' : 'etc/systemd/timesyncd.conf.d/nfsha.conf'
  return [
    {
      path: `/${template}`,
      template,
      content: render(template, { cluster, node: host }),
      mode: '0644',
      owner: 'root:root',
    },
  ]
}
