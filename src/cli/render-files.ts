import type { Host } from '../core/cluster.ts'
import { revealText, Secret, type SecretText } from '../core/secret.ts'
import type { NodeFile } from '../core/step.ts'
import { givenFor, hostsOf } from '../planner/instances.ts'
import { joinBlock } from '../steps/_block.ts'
import type { Work } from './work.ts'

/** A file as `render` writes it: the secrets of the loaded inventory in place, be they placeholders. */
export interface RenderedFile {
  readonly node: string
  readonly path: string
  readonly template: string
  readonly mode: string
  readonly owner: string
  readonly hasSecrets: boolean
  /** Only a block of the file is ours; it is written between its markers. */
  readonly isBlock: boolean
  readonly text: string
}

/** Every file that the steps want on the nodes, in the order of the playbook. Offline. */
export function renderedFiles({ instances, context }: Work): readonly RenderedFile[] {
  return instances.flatMap(instance =>
    hostsOf(instance, context).flatMap(host =>
      (instance.step.files?.(givenFor(instance, host, context)) ?? []).map(file =>
        renderedFile(file, host, context.cluster.name),
      ),
    ),
  )
}

function renderedFile(file: NodeFile, node: Host, clusterName: string): RenderedFile {
  const isBlock = file.block === true
  const content: SecretText = isBlock
    ? joinBlock({ before: '', after: '' }, file.content, clusterName)
    : file.content
  return {
    node: node.name,
    path: file.path,
    template: file.template,
    mode: file.mode,
    owner: file.owner,
    hasSecrets: content.some(part => part instanceof Secret),
    isBlock,
    text: revealText(content),
  }
}
