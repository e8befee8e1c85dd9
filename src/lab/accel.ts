import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory, type Image, type LabEnv } from './image.ts'
import { bootId } from './processes.ts'
import { type Accel, processorArgv, qemuBinary } from './qemu.ts'
import { run } from './run.ts'
import type { Say } from './say.ts'

const trialSeconds = 8

/**
 * KVM when a short trial boot with it prints a kernel line, else emulation: /dev/kvm may exist and
 * still not work (seen in the lab). The answer is kept until the host boots again.
 */
export async function chooseAccel(
  wanted: Accel | 'auto',
  image: Image,
  env: LabEnv,
  say: Say,
): Promise<Accel> {
  if (wanted !== 'auto') return wanted
  if (!existsSync('/dev/kvm')) return 'tcg'
  const cacheFile = join(cacheDirectory(env), 'accel.json')
  const boot = await bootId()
  const known = await readFile(cacheFile, 'utf8').then(
    text => JSON.parse(text) as { bootId: string; accel: Accel },
    () => undefined,
  )
  if (known?.bootId === boot) return known.accel
  say(`trying whether KVM works here (${trialSeconds} s at most)`)
  const accel: Accel = (await kernelStarts(image)) ? 'kvm' : 'tcg'
  say(accel === 'kvm' ? 'KVM works' : 'KVM does not work here: the guests are emulated')
  await mkdir(cacheDirectory(env), { recursive: true })
  await writeFile(cacheFile, JSON.stringify({ bootId: boot, accel }))
  return accel
}

/** timeout(1) ends the trial: a guest that hangs in the firmware never ends by itself. */
async function kernelStarts(image: Image): Promise<boolean> {
  const argv = [
    ...['timeout', '--signal=KILL', `${trialSeconds}`, qemuBinary],
    ...['-machine', 'pc', '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-m', '256'],
    ...processorArgv('kvm', 'node'),
    ...['-kernel', image.kernel, '-append', 'console=ttyS0 panic=-1', '-serial', 'stdio'],
  ]
  const { stdout } = await run(argv, { timeoutMs: (trialSeconds + 20) * 1000 })
  return stdout.includes('Linux version')
}
