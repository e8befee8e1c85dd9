import type { PutAction } from '../core/action.ts'
import type { Cluster, Host } from '../core/cluster.ts'
import { type Display, type Expectation, expects, type Refusal, refusal } from '../core/diff.ts'
import { type Fact, present } from '../core/fact.ts'
import { type FileFact, versionOf } from '../facts/file.ts'
import { splitAtBlock } from './_block.ts'
import { ownedFile, unchangedGuard } from './_file-diff.ts'

/** How our block is taken out of a file that is otherwise an administrator's. */
export interface BlockRemoval {
  readonly kind: 'removal'
  readonly action: PutAction
  readonly expect: Expectation
  readonly display: Display
}

/** What takes our block out of a file; undefined where there is none. Mode and owner stay. */
export function withoutBlock(
  cluster: Cluster,
  host: Host,
  path: string,
  found: Fact<FileFact>,
): BlockRemoval | Refusal | undefined {
  if (found.state === 'unknown')
    return refusal(
      'unknown-file',
      `${path} could not be read: ${found.reason}`,
      `look at ${path} on ${host.name}`,
    )
  if (found.state === 'absent' || found.value.content === undefined) return undefined
  const { content, mode, owner } = found.value
  const split = splitAtBlock(content, cluster.name)
  if (split === undefined)
    return refusal(
      'broken-block',
      `${path} has markers of nfsha that are not one BEGIN and one END in this order`,
      `take the lines of nfsha ${cluster.name} out of ${path} on ${host.name}, then run again`,
    )
  const rest = `${split.before}${split.after}`
  if (rest === content || rest === `${content}\n`) return undefined
  return {
    kind: 'removal',
    action: {
      kind: 'put',
      path,
      content: [rest],
      mode,
      owner,
      guard: unchangedGuard(cluster, path, found.value),
    },
    expect: expects(
      ownedFile(cluster, path),
      present({ ...found.value, content: rest, version: versionOf(path, [rest]) }),
    ),
    display: { kind: 'file', path, before: content, after: rest },
  }
}
