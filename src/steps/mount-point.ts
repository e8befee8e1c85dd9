import { type Diff, expects, inSync, refusal } from '../core/diff.ts'
import { factValue, present } from '../core/fact.ts'
import { defineStepOver } from '../core/step.ts'
import { file } from '../facts/file.ts'
import { mountOf, mountsOf } from '../facts/mount.ts'
import { run } from './_command.ts'
import { respectHold } from './_hold.ts'
import { overVolumes } from './_storage.ts'

/** The directory that a volume is mounted on exists on both nodes, nothing else is mounted there, and it nowhere else. */
export default respectHold(
  defineStepOver({
    id: 'mount-point',
    title: 'Make the mount points',
    over: overVolumes,
    reads: ({ item }) => ({
      directory: file(item.mountPoint),
      mount: mountOf(item.mountPoint),
      places: mountsOf(item.device),
    }),
    diff({ host, item }, { facts }): Diff {
      const { mountPoint, device } = item
      const { directory, mount } = facts
      for (const fact of [directory, mount])
        if (fact.state === 'unknown')
          return refusal(
            'unknown-mount-point',
            `${mountPoint} could not be looked at: ${fact.reason}`,
            `look at ${mountPoint} on ${host.name} (ls -ld, findmnt)`,
          )
      if (mount.state === 'present' && mount.value.source !== device)
        return refusal(
          'mount-point-taken',
          `${mount.value.source} (${mount.value.fsType}) is mounted at ${mountPoint}, not ${device}`,
          `unmount it on ${host.name}, take it out of /etc/fstab, or choose another mount point`,
        )
      const elsewhere = (factValue(facts.places) ?? []).filter(place => place !== mountPoint)
      if (elsewhere.length > 0)
        return refusal(
          'mounted-elsewhere',
          `${item.name} is mounted at ${elsewhere.join(', ')} on ${host.name}, and the inventory says ${mountPoint}`,
          'a mount point cannot move below clients: put the former one back, or stop the service first (systemctl stop heartbeat on both nodes), then deploy',
        )
      if (directory.state === 'present' && directory.value.kind === 'directory') return inSync
      if (directory.state === 'present')
        return refusal(
          'mount-point-taken',
          `${mountPoint} is a ${directory.value.kind}, not a directory`,
          `move it away on ${host.name}, or choose another mount point`,
        )
      return {
        kind: 'change',
        summary: `make the directory ${mountPoint}`,
        symbol: '+',
        risk: 'safe',
        // -d also makes the parents, and gives them the same sane mode whatever the umask is.
        actions: [run(['install', '-d', '-o', 'root', '-g', 'root', '-m', '0755', mountPoint])],
        expect: {
          self: [expects(file(mountPoint), present({ kind: 'directory', mode: '0755', owner: 'root:root' }))],
        },
      }
    },
  }),
)
