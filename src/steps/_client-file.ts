import type { ClientGiven } from '../core/client-step.ts'
import type { NodeFile } from '../core/step.ts'

/** A file of a client from its template: the item that the template sees is the client. */
export function clientFile(
  { cluster, host, render }: ClientGiven<undefined>,
  path: string,
  more: Partial<Pick<NodeFile, 'mode' | 'block'>> = {},
): NodeFile {
  const template = path.slice(1)
  return {
    path,
    template,
    // A view of a client's file looks at the item alone.
    content: render(template, { cluster, node: cluster.nodes[0], item: host }),
    mode: '0644',
    owner: 'root:root',
    ...more,
  }
}
