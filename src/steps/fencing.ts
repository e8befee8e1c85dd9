import { devicesAgainstPeer, stonithDeviceFile, stonithPluginFile } from '../core/fencing.ts'
import { fileStep } from './_file.ts'
import { respectHold } from './_hold.ts'

/**
 * What resets the other node: our STONITH plugin, and the parameters of each device, for root only.
 * Before ha.cf, which names the plugin: heartbeat refuses to start when it is not there.
 */
export default respectHold(
  fileStep({
    id: 'fencing',
    title: 'Write what resets the other node',
    files({ cluster, host, render }) {
      const devices = devicesAgainstPeer(cluster, host.name)
      if (devices.length === 0) return []
      const context = { cluster, node: host }
      const owner = 'root:root'
      const plugin = 'usr/lib/stonith/plugins/external/nfsha'
      const device = 'etc/ha.d/stonith-device'
      return [
        {
          path: stonithPluginFile(cluster),
          template: plugin,
          content: render(plugin, context),
          mode: '0755',
          owner,
        },
        ...devices.map((item, index) => ({
          path: stonithDeviceFile(cluster, index),
          template: device,
          content: render(device, { ...context, item }),
          mode: '0600',
          owner,
        })),
      ]
    },
  }),
)
