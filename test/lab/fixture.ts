import type { LabSettings, LabSpec } from '../../src/lab/spec.ts'
import { labSpec } from '../../src/lab/spec.ts'
import { exampleCluster } from '../fixtures/cluster.ts'

export const settings: LabSettings = {
  directory: '.nfsha/lab',
  accel: 'auto',
  network: 'isolated',
  memory: { node: 640, client: 384 },
  disks: [512, 256],
  client: 'client',
  ports: {},
  portBase: 22_100,
}

/** Two nodes on three links, and a client of the inventory's making. */
export function exampleSpec(overrides: Partial<LabSettings> = {}): LabSpec {
  return labSpec(exampleCluster(), { ...settings, ...overrides })
}

/** The machine at an index of the spec. */
export function machineAt(spec: LabSpec, index: number) {
  const found = spec.machines[index]
  if (found === undefined) throw new TypeError(`no machine ${index}`)
  return found
}
