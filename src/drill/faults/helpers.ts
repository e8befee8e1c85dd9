import type { Fault, Scene } from '../fault.ts'
import { undoLater } from './later.ts'
import { standBy } from './stand-by.ts'

/** A daemon beside nfsd: its process, and the unit that is started again; none where only the group may start it. */
interface Helper {
  readonly process: string
  readonly unit?: string
}

/** What nfsd, lockd and the scripts talk to, directly or through the kernel. */
export const helpers: Readonly<Record<string, Helper>> = {
  rpcbind: { process: 'rpcbind', unit: 'rpcbind.service' },
  mountd: { process: 'rpc.mountd', unit: 'nfs-mountd.service' },
  idmapd: { process: 'rpc.idmapd', unit: 'nfs-idmapd.service' },
  statd: { process: 'rpc.statd' },
  nfsdcld: { process: 'nfsdcld' },
  gssd: { process: 'rpc.gssd', unit: 'rpc-gssd.service' },
  dbus: { process: 'dbus-daemon', unit: 'dbus.service' },
  chrony: { process: 'chronyd', unit: 'chrony.service' },
  logd: { process: 'ha_logd', unit: 'logd.service' },
}

/** The names of this family, as they are written. */
export const helperFaultForms = ['helper-frozen:NAME@giver|taker', 'helper-dead:NAME@giver|taker'] as const

const form = /^helper-(frozen|dead):([a-z]+)@(giver|taker)$/

/** `helper-frozen:rpcbind@taker` and the like: a planned move beside a daemon that is stopped or killed. */
export function helperFault(name: string): Fault | undefined {
  const [, state, helperName, side] = form.exec(name) ?? []
  const helper = helperName === undefined ? undefined : helpers[helperName]
  if (helper === undefined || helperName === undefined) return undefined
  const hit = (scene: Scene) => (side === 'giver' ? scene.active : scene.passive)
  const isFrozen = state === 'frozen'
  const thaw = `pkill -CONT -x ${helper.process} || :`
  return {
    name,
    summary: `${helperName} is ${isFrozen ? 'stopped by SIGSTOP' : 'killed'} on the node that ${
      side === 'giver' ? 'gives the group up' : 'is to take the group'
    }, which is then told to move`,
    outcome: 'moves',
    where: 'anywhere',
    healed: 'when-served',
    inject: async scene => {
      const signal = isFrozen ? `pkill -STOP -x ${helper.process}` : `pkill -KILL -x ${helper.process}`
      await scene.run(
        hit(scene),
        `pgrep -x ${helper.process} >/dev/null || { echo '${helper.process} does not run here' >&2; exit 1; }
${signal}${isFrozen ? ` && ${undoLater(scene, thaw)}` : ''}`,
      )
      await standBy(scene, scene.active)
    },
    heal: async scene => {
      const { unit } = helper
      // One that the group's script has replaced runs already.
      const start =
        unit === undefined ? ':' : `systemctl is-active --quiet ${unit} || systemctl start ${unit}`
      await scene.run(hit(scene), isFrozen ? thaw : start)
    },
  }
}
