import type { Given, NodeFile } from '../core/step.ts'

/** A file of heartbeat's directory, from the template of the same name. */
export function haFile({ cluster, host, render }: Given<undefined>, name: string, mode: string): NodeFile {
  const template = `etc/ha.d/${name}`
  return {
    path: `${cluster.platform.paths.haDir}/${name}`,
    template,
    content: render(template, { cluster, node: host }),
    mode,
    owner: 'root:root',
  }
}
