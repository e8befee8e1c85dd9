import type { FenceDevice, FencingSettings } from '../core/settings.ts'
import type { Surroundings } from './build-hosts.ts'
import type { Inventory } from './schema.ts'
import { isReference } from './schema-fencing.ts'

type WrittenDevice = Inventory['fencing']['devices'][string][number]

export function buildFencing({ fencing, heartbeat }: Inventory, around: Surroundings): FencingSettings {
  const { witness } = fencing
  const isolatedRebootMs = fencing['isolated-reboot']
  return {
    mode: fencing.mode,
    witness: {
      pings: witness.ping ?? [...new Set(heartbeat.ping.flat())],
      tcp: witness.tcp,
      tries: witness.tries,
    },
    devices: Object.fromEntries(
      Object.entries(fencing.devices).map(([node, devices]) => [
        node,
        devices.map((device, index) => buildDevice(device, node, index, around)),
      ]),
    ),
    outdate: fencing.outdate,
    ...(isolatedRebootMs === undefined ? {} : { isolatedRebootMs }),
    takeover: fencing.takeover,
    takeoverDelayMs: fencing['takeover-delay'],
  }
}

function buildDevice(
  { plugin, params, timeout }: WrittenDevice,
  node: string,
  index: number,
  { secretOf }: Surroundings,
): FenceDevice {
  return {
    plugin,
    params: Object.entries(params).map(([name, value]) => ({
      name,
      value: (isReference(value) ? secretOf(deviceSecretName(node, index, name)) : undefined) ?? value,
    })),
    timeoutMs: timeout,
  }
}

/** The name of a secret among a device's parameters: `fencing.m1.1.passwd`. */
export function deviceSecretName(node: string, index: number, parameter: string): string {
  return `fencing.${node}.${index + 1}.${parameter}`
}
