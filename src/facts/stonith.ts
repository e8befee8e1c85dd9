import type { Cluster } from '../core/cluster.ts'
import { present, unknown } from '../core/fact.ts'
import { devicesAgainstPeer, parametersFunction, stonithDeviceFile } from '../core/fencing.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import type { FenceDevice } from '../core/settings.ts'

/** A STONITH device as a node finds it, without firing it. */
export interface StonithFact {
  /** Whether the device says that it is well; undefined where its parameters are not on the node yet. */
  readonly isWell: boolean | undefined
  /** The parameters that its plugin wants, in order; empty where there is no such plugin. */
  readonly parameters: readonly string[]
}

const testSeconds = 60

/**
 * Asks the device in this place of the list for its status (`stonith -S`), and its plugin for the names
 * of its parameters. Absent where stonith(8) is not installed. Its words are not kept: they may hold
 * parameters.
 */
export function stonithDevice(cluster: Cluster, { plugin }: FenceDevice, index: number): Probe<StonithFact> {
  const file = quote(stonithDeviceFile(cluster, index))
  const stonith = `timeout -k 5 ${testSeconds} /usr/sbin/stonith -t ${quote(plugin)}`
  return {
    id: `stonith-device:${index + 1}:${plugin}`,
    script: [
      `[ -x /usr/sbin/stonith ] || exit ${exitAbsent}`,
      `echo "parameters $(${stonith} -n 2>/dev/null | tail -n 1)"`,
      `[ -e ${file} ] || exit 0`,
      parametersFunction,
      `if parameters ${file} | ${stonith} -F /dev/stdin -S >/dev/null 2>&1; then echo well; else echo ill; fi`,
    ].join('\n'),
    parse: ({ stdout }) => {
      const [first = '', state = ''] = stdout.trim().split('\n')
      if (!first.startsWith('parameters')) return unknown('stonith said nothing')
      return present({
        isWell: state === '' ? undefined : state === 'well',
        parameters: first.trim().split(/\s+/).slice(1),
      })
    },
    deadlineMs: (2 * testSeconds + 30) * 1000,
    maxBytes: 4096,
  }
}

/** The questions about all devices by which a node resets its peer. */
export function stonithDevices(
  cluster: Cluster,
  nodeName: string,
): readonly { readonly device: FenceDevice; readonly probe: Probe<StonithFact> }[] {
  return devicesAgainstPeer(cluster, nodeName).map((device, index) => ({
    device,
    probe: stonithDevice(cluster, device, index),
  }))
}
