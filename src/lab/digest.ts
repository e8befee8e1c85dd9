import { createHash } from 'node:crypto'
import { guestSetup } from './guest-setup.ts'
import type { Image } from './image.ts'
import { type Accel, machineArgv, qemuBinary, switchArgv } from './qemu.ts'
import { run } from './run.ts'
import type { LabSpec } from './spec.ts'

const noFiles = { kernel: '', initrd: '', setup: '', consoleLog: '', run: '' }
const noKeys = { hostKey: '', hostPublicKey: '', authorizedKey: '', aptSources: '' }

/**
 * 64 hex digits over everything that a snapshot's memory and disks come from: QEMU's version, the
 * image, the devices, and what the machines were told. Ports on the host may change freely.
 */
export async function machineDigest(spec: LabSpec, image: Image, accel: Accel): Promise<string> {
  const { stdout: version } = await run([qemuBinary, '--version'], { timeoutMs: 30_000 })
  const portless = { ...spec, machines: spec.machines.map(machine => ({ ...machine, sshPort: 0 })) }
  const parts = [
    version,
    image.id,
    ...portless.machines.flatMap(machine => [
      ...machineArgv('', portless, machine, accel, { ...noFiles, disks: [''] }),
      ...machine.disksMiB.map(String),
      guestSetup(machine, noKeys, spec.network === 'open'),
    ]),
    ...portless.wires.flatMap(wire => switchArgv('', portless, wire, '')),
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
