import { type ClientGiven, defineClientStep } from '../core/client-step.ts'
import type { Client } from '../core/cluster.ts'
import { type Diff, expects, inSync, refusal } from '../core/diff.ts'
import { present } from '../core/fact.ts'
import { installed, packages } from '../facts/package.ts'
import { installation, missingOf } from './_install.ts'

/** What mounts NFS; autofs only where something is mounted by it. */
function wantedBy({ autofs }: Client): readonly string[] {
  return autofs === undefined ? ['nfs-common'] : ['autofs', 'nfs-common']
}

/** What a client needs to mount NFS. Kept when the rest is removed: others may use it. */
export default defineClientStep({
  id: 'client-packages',
  title: 'Install what mounts NFS',
  reads: ({ host }: ClientGiven<undefined>) => ({ packages: packages(wantedBy(host)) }),
  diff({ host, params }, { facts }): Diff {
    if (params.remove || host.mounts.length === 0) return inSync
    if (facts.packages.state !== 'present')
      return refusal(
        'unknown-packages',
        `what is installed on ${host.name} is not known${facts.packages.state === 'unknown' ? `: ${facts.packages.reason}` : ''}`,
        `see that dpkg works on ${host.name}, then run again`,
      )
    const found = facts.packages.value
    const wanted = wantedBy(host)
    const missing = missingOf(found, wanted)
    if (missing.length === 0) return inSync
    const update = missing.some(name => found[name]?.hasCandidate !== true)
    return {
      kind: 'change',
      symbol: '+',
      summary: `install ${missing.join(' ')}`,
      risk: 'safe',
      actions: [installation({ names: missing, repair: false, update })],
      expect: {
        self: [expects(packages(wanted), present(Object.fromEntries(wanted.map(name => [name, installed]))))],
      },
    }
  },
})
