import type { ScriptAction } from '../core/action.ts'
import type { Cluster } from '../core/cluster.ts'
import { type Diff, expects, inSync, type Refusal, refusal } from '../core/diff.ts'
import { type Fact, factValue, present } from '../core/fact.ts'
import { keepPrevious } from '../core/previous.ts'
import { quote } from '../core/quote.ts'
import { drbdTarget } from '../core/spelling.ts'
import { defineStep, type Given } from '../core/step.ts'
import { type FormerVolume, formerVolumes } from '../facts/former.ts'
import { type NfsServerFact, nfsServer } from '../facts/nfs.ts'
import { respectHold } from './_hold.ts'

/**
 * Volumes that the inventory no longer has are given up: unmounted, down, and not brought up at boot. Their
 * data stay on the disks, so that a volume of the same name finds them again. After the group's script,
 * which would otherwise take them back; whether clients use them is what the exports step asks.
 */
export default respectHold(
  defineStep({
    id: 'former-volumes',
    title: 'Give up volumes that are gone from the inventory',
    joint: true,
    reads: ({ cluster }: Given<undefined>) => ({ former: formerVolumes(cluster), server: nfsServer }),
    diff({ cluster, host }, self, peer): Diff {
      const { former } = self.facts
      if (former.state === 'unknown')
        return refusal(
          'unknown-drbd-state',
          `which volumes ${host.name} has could not be read: ${former.reason}`,
          `look at ${cluster.platform.paths.drbdDir} and \`drbdadm status\` on ${host.name}`,
        )
      const volumes = former.state === 'present' ? former.value : []
      if (volumes.length === 0) return inSync
      const refused = [self, peer].flatMap(
        ({ facts }) => refuseState(factValue(facts.former) ?? [], facts.server) ?? [],
      )[0]
      if (refused !== undefined) return refused
      return {
        kind: 'change',
        summary: `give up ${volumes.map(({ name }) => name).join(', ')}; the data stay on the disks`,
        symbol: '-',
        risk: 'safe',
        promise: 'no client has a file open there; other volumes go on',
        actions: volumes.map(volume => giveUp(cluster, volume)),
        expect: { self: [expects(formerVolumes(cluster), present([]))] },
      }
    },
  }),
)

/** nfsd's client database is on the first volume; to move it is to lose what clients may reclaim. */
function refuseState(volumes: readonly FormerVolume[], server: Fact<NfsServerFact>): Refusal | undefined {
  const database = factValue(server)?.clientDatabase ?? ''
  const home = volumes.find(({ mountedAt }) => mountedAt.some(point => database.startsWith(`${point}/`)))
  if (home === undefined) return undefined
  return refusal(
    'state-volume',
    `${home.name} carries the state of the NFS server, so it cannot go while the service runs`,
    `put ${home.name} back as the first volume; to give it up for good, stop heartbeat on both nodes first (systemctl stop heartbeat)`,
  )
}

function giveUp({ platform }: Cluster, { name, mountedAt }: FormerVolume): ScriptAction {
  const word = quote(name)
  const file = quote(`${platform.paths.drbdDir}/${name}.res`)
  return {
    kind: 'script',
    title: `give up ${name}`,
    script: `set -eu
leave() { fuser -v -M -m "$1" 2>&1 || :; exit 1; }
again() { tries=$((tries - 1)) && [ $tries -gt 0 ] && sleep 1; }
${mountedAt
  .map(
    point => `tries=10
# nfsd may remember the export for a moment.
until umount ${quote(point)}; do
  again || leave ${quote(point)}
  exportfs -f
done`,
  )
  .join('\n')}
udevadm settle --timeout=10 2>/dev/null || :
tries=10
until drbdadm down ${word}; do again || exit 1; done
systemctl --no-ask-password disable --now ${quote(drbdTarget(name))}
target=${file}
${keepPrevious()}
rm -f "$target"`,
    timeoutMs: 180_000,
  }
}
