import type { Volume } from '../core/cluster.ts'
import { present } from '../core/fact.ts'
import type { Platform } from '../core/platform.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { regexLiteral } from '../core/spelling.ts'

type Paths = Pick<Platform['paths'], 'haDir'>

/**
 * Shell words that succeed where the resource group, as the node has it, names a volume: our script by its
 * device, haresources (the chain of agents) by its resource. Heartbeat may then promote it.
 */
export function isMember({ haDir }: Paths, { name, device }: Volume): string {
  const script = quote(`${haDir}/resource.d/nfsha`)
  return `{ grep -qswF ${quote(device)} ${script} || grep -qsE ${quote(`drbddisk::${regexLiteral(name)}( |$)`)} ${quote(`${haDir}/haresources`)}; }`
}

/** Whether the node's resource group has the volume; absent where it has not. */
export function groupMember(paths: Paths, volume: Volume): Probe<true> {
  return {
    id: `group-member:${volume.name}:${volume.device}`,
    script: `${isMember(paths, volume)} || exit ${exitAbsent}`,
    parse: () => present(true),
    deadlineMs: 60_000,
    maxBytes: 1024,
  }
}
