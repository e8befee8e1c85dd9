import { createHash } from 'node:crypto'
import type { Image } from './image.ts'
import { type Accel, qemuBinary } from './qemu.ts'
import { run } from './run.ts'
import type { LabSpec } from './spec.ts'

/** Everything that a snapshot's memory depends on; ports on the host may change freely. */
export async function machineDigest(spec: LabSpec, image: Image, accel: Accel): Promise<string> {
  const { stdout: version } = await run([qemuBinary, '--version'], { timeoutMs: 30_000 })
  const machines = spec.machines.map(({ sshPort: _, ...machine }) => machine)
  const content = JSON.stringify([version, image.id, accel, spec.network, machines, spec.wires])
  return createHash('sha256').update(content).digest('hex')
}
