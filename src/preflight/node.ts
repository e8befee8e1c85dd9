import { os } from '../facts/os.ts'
import { heartbeatUuid } from '../facts/security.ts'
import { defineCheck, fail, notKnown, ok } from './check.ts'

/** heartbeat and DRBD both find their place in the configuration by `uname -n`. */
export const nodeName = defineCheck({
  id: 'node-name',
  reads: () => ({ os }),
  look({ node }, { os }) {
    if (os.state !== 'present') return [notKnown('uname -n', os)]
    const { nodeName: found } = os.value
    if (found === node.name) return [ok(`uname -n prints ${found}`)]
    return [
      fail(
        `uname -n prints ${found}, but the inventory calls this node ${node.name}`,
        `name it ${found} in the inventory, or run \`hostnamectl set-hostname ${node.name}\` on it; also make sure that ssh leads to the right machine`,
      ),
    ]
  },
})

export const platform = defineCheck({
  id: 'platform',
  reads: () => ({ os }),
  look({ cluster }, { os }) {
    if (os.state !== 'present') return [notKnown('the operating system', os)]
    const { id, version, kernel } = os.value
    const found = `${id}-${version}`
    if (found === cluster.platform.id) return [ok(`${found}, kernel ${kernel}`)]
    return [
      fail(
        `the node runs ${found}, but the inventory says ${cluster.platform.id}`,
        `set platform to what runs there, or install ${cluster.platform.id} on the node`,
      ),
    ]
  },
})

export const root = defineCheck({
  id: 'root',
  reads: () => ({ os }),
  look({ node }, { os }) {
    if (os.state !== 'present') return [notKnown('the user id', os)]
    const { uid } = os.value
    const user = node.ssh.user ?? 'the ssh user'
    if (uid === 0) return [ok(user === 'root' ? 'commands run as root' : `sudo makes ${user} root`)]
    return [
      fail(
        `commands run as user id ${uid}, not as root`,
        `let ${user} use sudo (visudo) and set \`become: true\`, or connect as root`,
      ),
    ]
  },
})

/** Two machines with one heartbeat identity drop each other's packets. */
export const heartbeatIdentity = defineCheck({
  id: 'heartbeat-identity',
  reads: () => ({ uuid: heartbeatUuid }),
  look(_subject, { uuid }, { uuid: peerUuid }) {
    if (uuid.state === 'unknown') return [notKnown("heartbeat's hb_uuid", uuid)]
    if (uuid.state === 'absent') return [ok('heartbeat has not run here yet')]
    if (peerUuid.state === 'unknown') return [notKnown("the peer's hb_uuid", peerUuid)]
    if (peerUuid.state === 'absent' || peerUuid.value !== uuid.value)
      return [ok('its heartbeat identity is its own')]
    return [
      fail(
        'both nodes have the same heartbeat identity (hb_uuid), as machines that were cloned do',
        'on one of them, with heartbeat stopped: rm /var/lib/heartbeat/hb_uuid /var/lib/heartbeat/hb_generation /var/lib/heartbeat/hostcache',
      ),
    ]
  },
})
