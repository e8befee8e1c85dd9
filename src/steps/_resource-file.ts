import { type Cluster, type Node, peerOf, type Volume } from '../core/cluster.ts'
import { type Refusal, refusal, type Side } from '../core/diff.ts'
import { absent, type Fact, factValue } from '../core/fact.ts'
import type { Reads } from '../core/probe.ts'
import type { NodeFile } from '../core/step.ts'
import type { FileFact } from '../facts/file.ts'
import { answerTo, drbdOf } from '../facts/group.ts'

/** What a .res file of ours says that DRBD cannot simply be told anew. */
interface ResourceFile {
  readonly minor: number | undefined
  /** By node name. */
  readonly disks: Readonly<Record<string, string>>
  readonly addresses: readonly string[]
}

/** Reads what templates/etc/drbd.d/resource.res makes; other spellings give nothing. */
function readResource(text: string): ResourceFile {
  const minor = /^\s*device \S+ minor (\d+);/m.exec(text)?.[1]
  const sections = [...text.matchAll(/^\s*on (\S+) \{([^}]*)\}/gm)]
  return {
    minor: minor === undefined ? undefined : Number(minor),
    disks: Object.fromEntries(
      sections.map(([, node = '', body = '']) => [node, /disk "([^"]*)";/.exec(body)?.[1] ?? '']),
    ),
    addresses: [...text.matchAll(/^\s*address (.*);/gm)].map(([, address = '']) => address),
  }
}

/** File steps read each of their files under its path. */
function foundFile(facts: Side<Reads, Node>['facts'], path: string): ResourceFile | undefined {
  const fact = (facts[path] ?? absent()) as Fact<FileFact>
  const content = factValue(fact)?.content
  return content === undefined ? undefined : readResource(content)
}

/** Whether these files give a resource other addresses than it has: that is taken over by connecting anew only. */
export function movesLink({ facts }: Side<Reads, Node>, changed: readonly NodeFile[]): boolean {
  return changed.some(({ path, content }) => {
    const found = path.endsWith('.res') ? foundFile(facts, path) : undefined
    if (found === undefined) return false
    const wanted = readResource(content.filter(part => typeof part === 'string').join(''))
    return found.addresses.join() !== wanted.addresses.join()
  })
}

/** Why a resource that runs must not be given another minor, or another disk below its feet. */
export function refuseMoved(
  cluster: Cluster,
  host: Node,
  { facts }: Side<Reads, Node>,
  volume: Volume,
): Refusal | undefined {
  const { name, minor, port } = volume
  const found = foundFile(facts, `${cluster.platform.paths.drbdDir}/${name}.res`)
  const status = factValue(answerTo(facts, drbdOf(cluster, volume)))
  if (found === undefined) return undefined
  if (found.minor !== undefined && found.minor !== minor)
    return refusal(
      'minor-moved',
      `${name} is DRBD minor ${found.minor} on ${host.name}, and by the inventory ${minor}: its place in the list has changed`,
      `say minor: ${found.minor} and its port (now ${portOf(found) ?? port}) for ${name} in the inventory`,
    )
  const [was, wanted] = [found.disks[host.name], host.disks[name]]
  const isAttached = status !== undefined && !/^(Diskless|Failed)$/.test(status.disk)
  if (was === undefined || was === wanted || !isAttached) return undefined
  return refusal(
    'disk-moved',
    `${name} runs on ${was} on ${host.name}, and the inventory says ${wanted}`,
    `put ${was} back; or, while ${peerOf(cluster, host.name).name} serves and is UpToDate, \`drbdadm detach ${name}\` on ${host.name} and deploy: the new disk is then filled from there`,
  )
}

function portOf({ addresses }: ResourceFile): string | undefined {
  return addresses[0]?.split(':').at(-1)
}
