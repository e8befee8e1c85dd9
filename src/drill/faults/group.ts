import { groupMark } from '../../core/group-command.ts'
import { quote } from '../../core/quote.ts'
import type { Fault, Scene } from '../fault.ts'
import { standBy } from './stand-by.ts'

/** Beside the group's own state, not in /run: that may be mounted noexec. */
const wrapperDirectory = '/var/lib/nfsha/drill-script'

const scriptOf = ({ cluster }: Scene) => quote(`${cluster.platform.paths.haDir}/resource.d/nfsha`)

/**
 * POSIX sh that lays a script over the group's own which fails on a verb, and is the real one else. By a
 * bind mount: no file of the group's is touched, and after a boot nothing is left.
 */
function layScript(scene: Scene, verb: 'start' | 'stop'): string {
  const script = scriptOf(scene)
  const wrapper = `#!/bin/sh\n[ "\${2-}" != ${verb} ] || exit 1\nexec ${wrapperDirectory}/real "$@"\n`
  return `set -e
mkdir -p ${wrapperDirectory}
cp -p ${script} ${wrapperDirectory}/real
printf %s ${quote(wrapper)} >${wrapperDirectory}/failing
chmod 0755 ${wrapperDirectory}/failing
mount --bind ${wrapperDirectory}/failing ${script}`
}

/** Takes it away again; harmless where there is none. */
function liftScript(scene: Scene): string {
  return `while umount ${scriptOf(scene)} 2>/dev/null; do :; done; rm -rf ${wrapperDirectory}`
}

/** A group whose start failed stays down where heartbeat's own remedy moves nothing: then a node is told to take it. */
async function takeIfNobodyHas(scene: Scene): Promise<void> {
  const held = await Promise.all(
    scene.cluster.nodes.map(node =>
      scene.tryRun(node, `[ ! -e ${groupMark} ] || echo held`).then(said => said === 'held'),
    ),
  )
  if (held.includes(true)) return
  await scene.tryRun(scene.active, `${scene.cluster.platform.paths.heartbeatShare}/hb_takeover all`)
}

/** Faults of the group's script. */
export const groupFaults: readonly Fault[] = [
  {
    name: 'start-fails',
    summary: 'the active node gives the group up, and on the other one it does not start',
    outcome: 'may-move',
    where: 'anywhere',
    healed: 'after-deadtime',
    inject: async scene => {
      await scene.run(scene.passive, layScript(scene, 'start'))
      await standBy(scene, scene.active)
    },
    heal: async scene => {
      await scene.run(scene.passive, liftScript(scene))
      await takeIfNobodyHas(scene)
    },
  },
  {
    name: 'stop-fails',
    summary: 'the active node is to give the group up, and cannot: heartbeat resets it',
    outcome: 'moves',
    where: 'anywhere',
    healed: 'when-served',
    inject: async scene => {
      await scene.run(scene.active, layScript(scene, 'stop'))
      await standBy(scene, scene.active)
    },
    // The reset took it away already, where it came to that.
    heal: async scene => {
      await scene.tryRun(scene.active, liftScript(scene))
    },
  },
]
