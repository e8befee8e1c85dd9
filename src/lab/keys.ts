import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import type { GuestIdentity } from './guest-setup.ts'
import type { LabPaths } from './instance.ts'
import { runOrFail } from './run.ts'
import type { LabSpec, MachineSpec } from './spec.ts'

/** Makes the lab's own key pair, one host key a machine, and a known_hosts that fits, once a lab. */
export async function ensureKeys(paths: LabPaths, spec: LabSpec): Promise<void> {
  await ensureKey(paths.key, 'nfsha-lab')
  for (const machine of spec.machines) await ensureKey(paths.hostKey(machine), machine.name)
  const lines = await Promise.all(spec.machines.map(machine => knownHostsLine(paths, machine)))
  await writeFile(paths.knownHosts, lines.join(''), { mode: 0o600 })
}

async function ensureKey(path: string, comment: string): Promise<void> {
  if (existsSync(path)) return
  await runOrFail(
    ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path],
    'install openssh-client',
    {
      timeoutMs: 60_000,
    },
  )
}

/** By port for the forwarded one, by name and by addresses for who comes over the links (a jump host). */
async function knownHostsLine(paths: LabPaths, machine: MachineSpec): Promise<string> {
  const [type, key] = (await readFile(`${paths.hostKey(machine)}.pub`, 'utf8')).split(' ')
  const addresses = machine.nics.flatMap(nic => nic.addresses.map(address => address.replace(/\/.*/, '')))
  const names = [`[127.0.0.1]:${machine.sshPort}`, machine.name, ...addresses]
  return `${names.join(',')} ${type} ${key}\n`
}

export async function identityOf(
  paths: LabPaths,
  machine: MachineSpec,
  aptSources: string,
): Promise<GuestIdentity> {
  return {
    hostKey: await readFile(paths.hostKey(machine), 'utf8'),
    hostPublicKey: await readFile(`${paths.hostKey(machine)}.pub`, 'utf8'),
    authorizedKey: await readFile(`${paths.key}.pub`, 'utf8'),
    aptSources,
  }
}
