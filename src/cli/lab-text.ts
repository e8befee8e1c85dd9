import type { LabStatus } from '../lab/status.ts'

/** One screen: the lab, its machines, its snapshots. */
export function labStatusText(lab: LabStatus): string {
  if (lab.state === 'absent') return `no lab in ${lab.directory}; nfsha lab up makes one`
  const width = Math.max(...lab.machines.map(({ name }) => name.length))
  return [
    `lab ${lab.cluster} is ${lab.state} (${lab.accel}) in ${lab.directory}`,
    ...lab.machines.map(
      ({ name, role, state, sshPort, addresses }) =>
        `  ${name.padEnd(width)}  ${role.padEnd(6)}  ${state.padEnd(8)}  ssh 127.0.0.1:${sshPort}  ${addresses.join(', ')}`,
    ),
    ...lab.switches.map(({ name, pid }) => `  ${name}  ${pid === undefined ? 'off' : 'running'}`),
    `  snapshots: ${lab.snapshots.length === 0 ? 'none' : lab.snapshots.join(', ')}`,
  ].join('\n')
}
