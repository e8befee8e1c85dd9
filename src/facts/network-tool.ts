import { type Fact, present } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'

/** What manages an interface, and whether it leaves alone what it did not configure itself. */
export interface NetworkTool {
  readonly tool: 'systemd-networkd' | 'NetworkManager' | 'ifupdown' | 'none'
  /** systemd.network(5), KeepConfiguration=; missing where it is not set. */
  readonly keeps?: string
  /** The .network file that says so. */
  readonly file?: string
}

/**
 * By interface: networkd's own notes in /run, nmcli, ifupdown's state file. What was up before any of them
 * came is nobody's.
 */
export const networkTools = Object.freeze<Probe<Readonly<Record<string, NetworkTool>>>>({
  id: 'network-tools',
  script: `managed=
if systemctl is-active -q NetworkManager; then managed=$(nmcli -t -f DEVICE,STATE device 2>/dev/null); fi
for at in /sys/class/net/*; do
  nic=\${at##*/}
  read -r index <"$at/ifindex" || continue
  notes=/run/systemd/netif/links/$index
  file=$(sed -n 's/^NETWORK_FILE=//p' "$notes" 2>/dev/null)
  if [ -n "$file" ] && systemctl is-active -q systemd-networkd; then
    keeps=
    for each in "$file" "/usr/lib/systemd/network/\${file##*/}.d"/*.conf "/run/systemd/network/\${file##*/}.d"/*.conf "/etc/systemd/network/\${file##*/}.d"/*.conf; do
      [ -r "$each" ] || continue
      one=$(sed -n 's/^[[:space:]]*KeepConfiguration[[:space:]]*=[[:space:]]*//p' "$each" | tail -n 1)
      [ -z "$one" ] || keeps=$one
    done
    printf '%s systemd-networkd %s %s\\n' "$nic" "\${keeps:--}" "$file"
    continue
  fi
  case "
$managed" in
  *"
$nic:connected"*) printf '%s NetworkManager\\n' "$nic"; continue ;;
  esac
  if grep -q "^$nic=" /run/network/ifstate 2>/dev/null; then printf '%s ifupdown\\n' "$nic"; else printf '%s none\\n' "$nic"; fi
done`,
  parse: ({ stdout }) => parseTools(stdout),
  deadlineMs: 60_000,
  maxBytes: 65_536,
})

const tools = ['systemd-networkd', 'NetworkManager', 'ifupdown', 'none'] as const

function parseTools(stdout: string): Fact<Readonly<Record<string, NetworkTool>>> {
  return present(
    Object.fromEntries(
      stdout.split('\n').flatMap(line => {
        const [nic = '', word, keeps = '-', file] = line.split(' ')
        const tool = tools.find(one => one === word)
        if (tool === undefined) return []
        return [[nic, { tool, ...(keeps !== '-' && { keeps }), ...(file !== undefined && { file }) }]]
      }),
    ),
  )
}
