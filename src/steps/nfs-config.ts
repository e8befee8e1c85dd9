import type { Cluster } from '../core/cluster.ts'
import type { Given, NodeFile } from '../core/step.ts'
import { nfsServer } from '../facts/nfs.ts'
import { nfsHelpers } from '../facts/nfs-helpers.ts'
import { unit } from '../facts/unit.ts'
import { type DropIn, loadDropIns } from './_drop-in.ts'
import { type Effect, fileStep } from './_file.ts'
import { respectHold } from './_hold.ts'
import { helpersInLine } from './_nfs-helpers.ts'
import { bringInLine } from './_nfs-server.ts'

/** The NFS server's settings and its units' drop-ins, and that the running server has them. */
export default respectHold(
  fileStep({
    id: 'nfs-config',
    title: 'Configure the NFS server',
    reads: ({ cluster: { nfs, platform } }: Given<undefined>) => ({
      server: nfsServer,
      helpers: nfsHelpers(nfs),
      serverUnit: unit(platform.units.nfsServer),
      nfsdcldUnit: unit(platform.units.nfsdcld),
      statdUnit: unit(platform.units.statd),
    }),
    files: given => [
      nodeFile(given, `${given.cluster.platform.paths.nfsConfDir}/nfsha.conf`, 'etc/nfs.conf.d/nfsha.conf'),
      ...Object.values(dropInsOf(given.cluster)).map(({ path, template }) => nodeFile(given, path, template)),
    ],
    effect({ cluster }, { facts }, _peer, changed) {
      const dropIns = dropInsOf(cluster)
      const loading = loadDropIns(
        [
          { ...dropIns.server, fact: facts.serverUnit },
          { ...dropIns.nfsdcld, fact: facts.nfsdcldUnit },
          { ...dropIns.statd, fact: facts.statdUnit },
        ],
        changed.map(({ path }) => path),
      )
      const server = bringInLine(cluster, facts.server)
      const restarted = server?.risk === 'disruptive'
      const helpers = helpersInLine(cluster, facts.server, facts.helpers, restarted)
      // statd keeps its records on the volume before lockd starts anew and asks it.
      return [loading, helpers, server].reduce(together, undefined)
    },
  }),
)

function dropInsOf({ platform: { paths, units } }: Cluster) {
  const dropIn = (name: string): DropIn & { template: string } => ({
    unit: name,
    path: `${paths.unitDir}/${name}.d/nfsha.conf`,
    template: `etc/systemd/system/${name}.d/nfsha.conf`,
  })
  return {
    server: dropIn(units.nfsServer),
    nfsdcld: dropIn(units.nfsdcld),
    statd: dropIn(units.statd),
  }
}

function nodeFile({ cluster, host, render }: Given<undefined>, path: string, template: string): NodeFile {
  const content = render(template, { cluster, node: host })
  return { path, template, content, mode: '0644', owner: 'root:root' }
}

/** Both effects, in this order. */
function together(first: Effect | undefined, second: Effect | undefined): Effect | undefined {
  if (first === undefined || second === undefined) return first ?? second
  const promise = second.promise ?? first.promise
  return {
    summary: `${first.summary}; ${second.summary}`,
    actions: [...first.actions, ...second.actions],
    expect: { self: [...(first.expect.self ?? []), ...(second.expect.self ?? [])] },
    risk: [first, second].some(({ risk }) => risk === 'disruptive') ? 'disruptive' : 'safe',
    ...(promise !== undefined && { promise }),
  }
}
