import type { ScriptAction } from '../core/action.ts'
import type { Cluster } from '../core/cluster.ts'
import { type Diff, expects, inSync, refusal } from '../core/diff.ts'
import { absent, present } from '../core/fact.ts'
import { devicesAgainstPeer, fencePeerFile, stonithDeviceFile, stonithPluginFile } from '../core/fencing.ts'
import { previousDirectory } from '../core/previous.ts'
import { quote } from '../core/quote.ts'
import { defineStep, type Given } from '../core/step.ts'
import { fencingFiles, isOurs } from '../facts/fencing-files.ts'
import { respectHold } from './_hold.ts'

/**
 * What a node no longer has the other one reset with does not stay: the parameters of a device are
 * passwords. After DRBD and ha.cf, which name the handler and the plugin until they are adjusted.
 */
export default respectHold(
  defineStep({
    id: 'fencing-leftovers',
    title: 'Remove what no longer resets the other node',
    reads: ({ cluster }: Given<undefined>) => ({ files: fencingFiles(cluster) }),
    diff({ cluster, host }, { facts: { files } }): Diff {
      if (files.state === 'absent') return inSync
      if (files.state === 'unknown')
        return refusal(
          'unknown-file',
          `which files for fencing ${host.name} has could not be read: ${files.reason}`,
          `look at ${cluster.platform.paths.haDir} there, then run again`,
        )
      const wanted = wantedOn(cluster, host.name)
      const strays = files.value.filter(path => !wanted.includes(path))
      if (strays.length === 0) return inSync
      const left = files.value.filter(path => wanted.includes(path))
      return {
        kind: 'change',
        symbol: '-',
        summary: `remove ${strays.join(' ')}`,
        risk: 'safe',
        actions: strays.map(path => removal(cluster, path)),
        expect: { self: [expects(fencingFiles(cluster), left.length === 0 ? absent() : present(left))] },
      }
    },
  }),
)

function wantedOn(cluster: Cluster, node: string): readonly string[] {
  const devices = devicesAgainstPeer(cluster, node)
  return [
    ...(cluster.drbd.fencing === 'dont-care' ? [] : [fencePeerFile(cluster)]),
    ...(devices.length === 0 ? [] : [stonithPluginFile(cluster)]),
    ...devices.map((_, index) => stonithDeviceFile(cluster, index)),
  ]
}

function removal(cluster: Cluster, path: string): ScriptAction {
  const word = quote(path)
  return {
    kind: 'script',
    title: `remove ${path}`,
    // Its earlier versions hold secrets like it.
    script: `rm -f ${word} ${quote(`${previousDirectory}${path}`)}.*`,
    timeoutMs: 10_000,
    guard: {
      expects: `${path} is a file of ours`,
      script: `if [ -e ${word} ] && ! { ${isOurs(cluster, word)}; }; then echo 'it is not ours any more'; exit 1; fi`,
    },
  }
}
