import { type Diff, expects, inSync, refusal } from '../core/diff.ts'
import { absent, present } from '../core/fact.ts'
import { quote } from '../core/quote.ts'
import { defineStepOver } from '../core/step.ts'
import { drbdOf } from '../facts/group.ts'
import { ownFiles } from '../facts/own-files.ts'
import { unit } from '../facts/unit.ts'
import { run, systemctl } from './_command.ts'
import { evidenceOf, hasOwn, refuseUnknown } from './_remains.ts'
import { overVolumes, resourceTarget } from './_storage.ts'

/** The resources are down and do not come up at boot. What is on the disks stays as it is. */
export default defineStepOver({
  id: 'drbd-down',
  title: 'Take DRBD down',
  joint: true,
  over: overVolumes,
  reads: ({ cluster, item }) => ({
    own: ownFiles(cluster),
    status: drbdOf(cluster, item),
    target: unit(resourceTarget(item)),
  }),
  diff(given, { facts }): Diff {
    const { cluster, host, item } = given
    const { own, status, target } = facts
    const flaw = refuseUnknown(given, {
      "the cluster's files": own,
      [`the state of ${item.name}`]: status,
      [resourceTarget(item)]: target,
    })
    if (flaw !== undefined) return flaw
    if (!hasOwn(own, evidenceOf(cluster).resource(item.name))) return inSync
    const isOn =
      target.state === 'present' && (target.value.enabled === 'enabled' || target.value.active === 'active')
    if (status.state === 'absent' && !isOn) return inSync
    if (status.state === 'present' && status.value.role !== 'Secondary')
      return refusal(
        'still-primary',
        `${item.name} is ${status.value.role} on ${host.name}, though nothing of the group is there any more`,
        `see who has it open (fuser -vm ${item.device}), give it up with \`drbdadm secondary ${item.name}\`, then run again`,
      )
    return {
      kind: 'change',
      symbol: '-',
      summary: `take ${item.name} down; the data stay on the disk`,
      risk: 'safe',
      actions: [
        ...(isOn ? [systemctl('disable', '--now', resourceTarget(item))] : []),
        ...(status.state === 'absent'
          ? []
          : [
              run(['drbdadm', 'down', item.name], {
                guard: {
                  expects: `${item.name} to be used by nobody here`,
                  script: `now=$(drbdadm role ${quote(item.name)} 2>&1)\ncase $now in Primary*) echo "it is $now"; exit 1 ;; esac`,
                },
              }),
            ]),
      ],
      expect: {
        self: [
          expects(drbdOf(cluster, item), absent()),
          ...(target.state === 'present'
            ? [
                expects(
                  unit(resourceTarget(item)),
                  present({ ...target.value, enabled: 'disabled', active: 'inactive' }),
                ),
              ]
            : []),
        ],
      },
    }
  },
})
