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
  script: `managed='' networkd=''
if command -v nmcli >/dev/null && systemctl is-active -q NetworkManager; then managed=$(nmcli -t -f DEVICE,STATE device 2>/dev/null); fi
for at in /sys/class/net/*; do
  nic=\${at##*/}
  read -r index <"$at/ifindex" || continue
  file=''
  { while IFS= read -r line; do
    case $line in NETWORK_FILE=*) file=\${line#*=} ;; esac
  done <"/run/systemd/netif/links/$index"; } 2>/dev/null
  if [ -n "$file" ]; then
    [ -n "$networkd" ] || { systemctl is-active -q systemd-networkd && networkd=yes || networkd=no; }
  fi
  if [ -n "$file" ] && [ "$networkd" = yes ]; then
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
  tool=none
  { while IFS= read -r line; do
    case $line in "$nic="*) tool=ifupdown ;; esac
  done </run/network/ifstate; } 2>/dev/null
  printf '%s %s\\n' "$nic" "$tool"
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
