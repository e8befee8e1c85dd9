import { clientView } from './client.ts'
import { drbdCommon, drbdResource } from './drbd.ts'
import { exportsView } from './exports.ts'
import { fencePeerView, stonithDeviceView, stonithPluginView } from './fencing.ts'
import { groupMessageView, groupView } from './group.ts'
import { haresourcesView } from './haresources.ts'
import { authkeysView, haCfView, heartbeatUnitView } from './heartbeat.ts'
import { monitorScriptView, monitorUnitView, monitorWebhookView } from './monitor.ts'
import { nfsConfView, nfsdcldUnitView, nfsServerUnitView, portmapperView, statdUnitView } from './nfs.ts'
import { hostsView, modulesView, routesView, timesyncdView, timeView } from './node.ts'
import { rehearsalView } from './rehearsal.ts'
import type { View } from './view.ts'

const nothing: View = () => ({})

/** The view of every template, by the template's name. */
export const views: Readonly<Record<string, View>> = {
  'etc/chrony/conf.d/nfsha.conf': timeView,
  'etc/drbd.d/global_common.conf': drbdCommon,
  'etc/drbd.d/nfsha-fence-peer': fencePeerView,
  'etc/drbd.d/nfsha-handler': nothing,
  'etc/drbd.d/resource.res': drbdResource,
  'etc/exports.d/nfsha.exports': exportsView,
  'etc/ha.d/authkeys': authkeysView,
  'etc/ha.d/ha.cf': haCfView,
  'etc/ha.d/haresources': haresourcesView,
  'etc/ha.d/rc.d/nfsha': groupMessageView,
  'etc/ha.d/resource.d/nfsha': groupView,
  'etc/ha.d/stonith-device': stonithDeviceView,
  'etc/auto.master.d/nfsha.autofs': clientView,
  'etc/auto.nfsha': clientView,
  'etc/fstab': clientView,
  'etc/hosts': hostsView,
  'etc/logrotate.d/heartbeat': nothing,
  'etc/modules-load.d/nfsha.conf': modulesView,
  'etc/nfs.conf.d/nfsha.conf': nfsConfView,
  'etc/nfsha/webhook': monitorWebhookView,
  'etc/systemd/system/heartbeat.service.d/nfsha.conf': heartbeatUnitView,
  'etc/systemd/system/nfs-server.service.d/nfsha.conf': nfsServerUnitView,
  'etc/systemd/system/nfsdcld.service.d/nfsha.conf': nfsdcldUnitView,
  'etc/systemd/system/nfsha-monitor.service': monitorUnitView,
  'etc/systemd/system/nfsha-routes.service': routesView,
  'etc/systemd/system/rpc-statd.service.d/nfsha.conf': statdUnitView,
  'etc/systemd/system/rpcbind.service.d/nfsha.conf': portmapperView,
  'etc/systemd/system/rpcbind.socket.d/nfsha.conf': portmapperView,
  'etc/systemd/timesyncd.conf.d/nfsha.conf': timesyncdView,
  'usr/lib/stonith/plugins/external/nfsha': stonithPluginView,
  'usr/local/sbin/nfsha-monitor': monitorScriptView,
  'usr/local/sbin/nfsha-rehearse': rehearsalView,
  'etc/systemd/system/nfsha-mountwatch.service': clientView,
  'etc/systemd/system/nfsha-mountwatch.timer': clientView,
  'usr/local/sbin/nfsha-mountwatch': clientView,
}

/** The view of a template. A name without one is a mistake of ours. */
export function viewOf(template: string): View {
  const view = views[template]
  if (view === undefined) throw new TypeError(`the template ${template} has no view`)
  return view
}
