import type { Cluster } from '../core/cluster.ts'
import { type Expectation, expects, type Refusal, refusal } from '../core/diff.ts'
import { absent, factValue, type HostFacts, present } from '../core/fact.ts'
import type { Reads } from '../core/probe.ts'
import type { Given } from '../core/step.ts'
import { answerTo } from '../facts/group.ts'
import { portmapperUsers } from '../facts/portmapper.ts'
import { unit } from '../facts/unit.ts'
import { systemctl } from './_command.ts'
import { loadDropIns } from './_drop-in.ts'
import { type Effect, fileStep } from './_file.ts'
import { respectHold } from './_hold.ts'

/**
 * The portmapper runs where NFS 3 needs it, and nowhere else: nfsd signs on with one that is there when it starts, and
 * off when it ends, and waits minutes for one that hangs (seen in the lab, also with NFS 3 switched off).
 */
export default respectHold(
  fileStep({
    id: 'portmapper',
    title: 'Keep the portmapper where NFS 3 needs it',
    reads: ({ cluster }: Given<undefined>): Reads => ({
      [portmapperUsers.id]: portmapperUsers,
      ...Object.fromEntries(
        [...unitsOf(cluster), cluster.platform.units.nfsServer].map(name => [unit(name).id, unit(name)]),
      ),
    }),
    files: ({ cluster, host, render }) =>
      dropIns(cluster).map(({ path, template }) => ({
        path,
        template,
        content: render(template, { cluster, node: host }),
        mode: '0644',
        owner: 'root:root',
      })),
    effect({ cluster }, { facts }, _peer, changed) {
      const loading = loadDropIns(
        dropIns(cluster).map(dropIn => ({ ...dropIn, fact: answerTo(facts, unit(dropIn.unit)) })),
        changed.map(({ path }) => path),
      )
      const loaded = { ...facts, ...factsOf(loading?.expect.self ?? []) }
      const running = cluster.nfs.portmapper ? startIt(cluster, loaded) : stopIt(cluster, loaded)
      if (running === undefined || 'kind' in running) return running ?? loading
      return loading === undefined ? running : inTurn(loading, running)
    },
  }),
)

/** The socket first: the others need it. */
function unitsOf({ platform: { units } }: Cluster): readonly string[] {
  return [units.rpcbindSocket, units.rpcbind, units.statd]
}

/** statd's own drop-in is written with the NFS server's settings. */
function dropIns({ platform: { paths, units } }: Cluster) {
  return [units.rpcbindSocket, units.rpcbind].map(name => ({
    unit: name,
    path: `${paths.unitDir}/${name}.d/nfsha.conf`,
    template: `etc/systemd/system/${name}.d/nfsha.conf`,
  }))
}

/** nfs-server's unit brings it up as well, but not while that one runs already. */
function startIt(cluster: Cluster, facts: HostFacts): Effect | undefined {
  const { nfsServer, rpcbindSocket } = cluster.platform.units
  const isActive = (name: string) => factValue(answerTo(facts, unit(name)))?.active === 'active'
  if (!isActive(nfsServer) || isActive(rpcbindSocket)) return undefined
  return {
    summary: `start ${rpcbindSocket}`,
    actions: [systemctl('start', rpcbindSocket)],
    expect: { self: becoming('active', [rpcbindSocket], facts) },
  }
}

function stopIt(cluster: Cluster, facts: HostFacts): Effect | Refusal | undefined {
  const active = unitsOf(cluster).filter(name => factValue(answerTo(facts, unit(name)))?.active === 'active')
  if (active.length === 0) return undefined
  const users = answerTo(facts, portmapperUsers)
  if (users.state === 'unknown')
    return refusal(
      'unknown-portmapper',
      `the portmapper is to go, since NFS 3 is not served, but who uses it could not be read: ${users.reason}`,
      'see `rpcinfo -p` on the node; one that hangs is started anew by `systemctl restart rpcbind`; then run again',
    )
  if (users.state === 'present' && users.value.length > 0)
    return refusal(
      'portmapper-used',
      `the portmapper is to go, since NFS 3 is not served, but ${users.value.join(', ')} on this node needs it`,
      'keep it: `nfs: { portmapper: keep }` in the inventory; or take away what needs it, then run again',
    )
  return {
    summary: `stop ${active.join(' ')}`,
    actions: [systemctl('stop', ...active)],
    promise: 'clients notice nothing: NFS 4 does not ask it',
    expect: {
      self: [...becoming('inactive', active, facts), expects(portmapperUsers, absent())],
    },
  }
}

function becoming(active: string, names: readonly string[], facts: HostFacts): readonly Expectation[] {
  return names.flatMap(name => {
    const fact = answerTo(facts, unit(name))
    return fact.state === 'present' ? [expects(unit(name), present({ ...fact.value, active }))] : []
  })
}

function factsOf(expectations: readonly Expectation[]) {
  return Object.fromEntries(expectations.map(({ probe, fact }) => [probe.id, fact]))
}

/** Loads the drop-ins, and then has the units as they should be. */
function inTurn(loading: Effect, running: Effect): Effect {
  return {
    ...running,
    summary: `${loading.summary}; ${running.summary}`,
    actions: [...loading.actions, ...running.actions],
    expect: { self: [...(loading.expect.self ?? []), ...(running.expect.self ?? [])] },
  }
}
