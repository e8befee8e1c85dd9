import type { Cluster, Node } from '../../src/core/cluster.ts'
import type { RenderTemplate } from '../../src/core/step.ts'
import { templateLoader } from '../../src/render/load.ts'
import { precompiledModule } from '../../src/render/precompile.ts'
import { type PrecompiledModule, precompiledRender } from '../../src/render/precompiled.ts'
import { createRender } from '../../src/render/render.ts'

export const render = createRender(templateLoader())

/** Renders as the built package does: with the module that the build writes. */
export async function precompiled(load = templateLoader()): Promise<RenderTemplate> {
  const url = `data:text/javascript,${encodeURIComponent(precompiledModule(load))}`
  return precompiledRender((await import(url)) as PrecompiledModule)
}

/** A rendered file with its secrets shown by name. */
export function shown(
  template: string,
  cluster: Cluster,
  node: Node = cluster.nodes[0],
  item?: unknown,
): string {
  return render(template, { cluster, node, ...(item === undefined ? {} : { item }) })
    .map(String)
    .join('')
}

/** Templates that stand for one file a node. */
export const plainTemplates = [
  'etc/chrony/conf.d/nfsha.conf',
  'etc/drbd.d/global_common.conf',
  'etc/drbd.d/nfsha-handler',
  'etc/exports.d/nfsha.exports',
  'etc/ha.d/authkeys',
  'etc/ha.d/ha.cf',
  'etc/ha.d/haresources',
  'etc/ha.d/rc.d/nfsha',
  'etc/ha.d/resource.d/nfsha',
  'etc/hosts',
  'etc/logrotate.d/heartbeat',
  'etc/modules-load.d/nfsha.conf',
  'etc/nfs.conf.d/nfsha.conf',
  'etc/nfsha/webhook',
  'etc/systemd/system/heartbeat.service.d/nfsha.conf',
  'etc/systemd/system/nfs-server.service.d/nfsha.conf',
  'etc/systemd/system/nfsdcld.service.d/nfsha.conf',
  'etc/systemd/system/nfsha-monitor.service',
  'etc/systemd/system/nfsha-routes.service',
  'etc/systemd/timesyncd.conf.d/nfsha.conf',
  'usr/local/sbin/nfsha-monitor',
  'usr/local/sbin/nfsha-rehearse',
] as const

/** Every file that the templates make for a node: path below /, and text. */
export function treeOf(cluster: Cluster, node: Node): readonly (readonly [string, string])[] {
  return [
    ...plainTemplates.map(template => [template, shown(template, cluster, node)] as const),
    ...cluster.volumes.map(
      volume =>
        [`etc/drbd.d/${volume.name}.res`, shown('etc/drbd.d/resource.res', cluster, node, volume)] as const,
    ),
  ]
}
