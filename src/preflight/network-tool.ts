import { networkTools } from '../facts/network-tool.ts'
import { defineCheck, type Finding, notKnown, ok, type Subject, warn } from './check.ts'

/**
 * Whether what manages a link takes the group's addresses and the host routes away: they are foreign to
 * it. With the monitor they come back within a second, and clients wait that long.
 */
export const networkTool = defineCheck({
  id: 'network-tool',
  reads: () => ({ tools: networkTools }),
  look(subject, { tools }) {
    if (tools.state !== 'present') return [notKnown('what manages the network', tools)]
    return nicsWithOurs(subject).map((nic): Finding => {
      const { tool, keeps, file } = tools.value[nic] ?? { tool: 'none' }
      const comesBack = subject.cluster.monitor.enabled
        ? 'the monitor puts them back'
        : 'nobody puts them back, for the monitor is switched off'
      if (tool === 'none') return ok(`${nic} is managed by no tool that would take addresses away`)
      if (tool === 'systemd-networkd')
        return keeps === 'static' || keeps === 'yes'
          ? ok(
              `${nic} is managed by systemd-networkd, which keeps foreign addresses and routes (KeepConfiguration=${keeps})`,
            )
          : warn(
              `${nic} is managed by systemd-networkd, which takes foreign addresses and routes away whenever it starts anew: ${comesBack}`,
              `on ${subject.node.name}, in ${file ?? 'its .network file'} below [Network]: KeepConfiguration=static; then networkctl reload`,
            )
      const when =
        tool === 'ifupdown'
          ? 'ifdown takes them away'
          : `${tool} takes them away when it sets the link up anew`
      return subject.cluster.monitor.enabled
        ? ok(`${nic} is managed by ${tool}: ${when}, and ${comesBack}`)
        : warn(
            `${nic} is managed by ${tool}: ${when}, and ${comesBack}`,
            'switch the monitor on in the inventory, or move the service away before you touch the network of the active node',
          )
    })
  },
})

/** The interfaces on which the group's addresses and the host routes are. */
function nicsWithOurs({ cluster, node }: Subject): readonly string[] {
  const vipNics = cluster.vips.flatMap(({ link }) => node.links[link]?.nic ?? [])
  const routed = (cluster.hostRoutes[node.name] ?? []).map(({ nic }) => nic)
  return [...new Set([...vipNics, ...routed])]
}
