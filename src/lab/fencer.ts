import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { NfshaError } from '../core/error.ts'
import { quote } from '../core/quote.ts'
import { labPluginPath, labPluginScript } from './fence-plugin.ts'
import { inGuest } from './guest.ts'
import { type LabPaths, type LabState, labId, writeState } from './instance.ts'
import { liveLab } from './live.ts'
import type { LiveLab } from './machines.ts'
import { isAlive, startProcess } from './processes.ts'
import { processName, sockets } from './qemu.ts'
import { qmp } from './qmp.ts'
import type { MachineSpec } from './spec.ts'

/* The lab's fence device: a process on the host that resets a node when the other one asks it to. */

export const fencerName = 'fencer'

const retryMs = 300

const installLimitMs = 120_000

/** cluster-glue takes a plugin only when nobody but root may write it. */
const installScript = `set -eu
mkdir -p ${dirname(labPluginPath)}
printf '%s' ${quote(labPluginScript)} > ${labPluginPath}
chmod 0755 ${labPluginPath}
sync
`

/** The word by which the nodes prove that they may ask; made once a lab. */
export async function ensureFenceToken({ fenceToken }: LabPaths): Promise<void> {
  if (existsSync(fenceToken)) return
  await writeFile(fenceToken, randomBytes(16).toString('hex'), { mode: 0o600 })
}

/**
 * Gives the nodes the plugin, and starts the fencer, where the inventory has such devices. The plugin
 * comes over SSH, and not with the image or at boot: so the snapshots of a lab serve both kinds of
 * inventories. `self`: how nfsha is started.
 */
export async function withFencer(
  paths: LabPaths,
  state: LabState,
  self: readonly string[],
): Promise<LabState> {
  const fenced = state.spec.machines.filter(machine => machine.fenced === true)
  if (fenced.length === 0) return state
  for (const done of await Promise.all(
    fenced.map(machine => inGuest(paths, machine, installScript, installLimitMs)),
  ))
    if (done.code !== 0)
      throw new NfshaError(
        'failed',
        `a node did not take the fence plugin: ${done.stderr.trim()}`,
        'see `nfsha lab status`, then run `nfsha lab up` again',
      )
  const old = state.processes.find(({ name }) => name === fencerName)
  if (old !== undefined && (await isAlive(old))) return state
  await ensureFenceToken(paths)
  const name = ['-name', processName(labId(paths.directory), fencerName)]
  const argv = [...self, 'lab', 'fencer', '--directory', paths.directory, ...name]
  const started = await startProcess(fencerName, argv, paths.processLog(fencerName))
  const others = state.processes.filter(({ name }) => name !== fencerName)
  const now = { ...state, processes: [...others, started] }
  await writeState(paths, now)
  return now
}

/** Serves the nodes of the lab in this directory until `signal` aborts. `say` is its log. */
export async function runFencer(
  directory: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const lab = await liveLab(directory)
  const token = await readFile(lab.paths.fenceToken, 'utf8')
  for (const machine of lab.state.spec.machines.filter(({ fenced }) => fenced === true))
    listen(directory, machine, signal, line => answerTo(directory, machine, token, line, say))
  if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
}

/** Stays connected to a node's port, whatever becomes of its process; answers each line. */
function listen(
  directory: string,
  machine: MachineSpec,
  signal: AbortSignal,
  answer: (line: string) => Promise<string>,
): void {
  if (signal.aborted) return
  const again = () => setTimeout(() => listen(directory, machine, signal, answer), retryMs)
  liveLab(directory).then(({ run }) => {
    const socket: Socket = connect({ path: sockets.fence(run, machine.index), signal })
    let rest = ''
    socket.setEncoding('utf8')
    socket.on('error', () => undefined)
    socket.on('close', again)
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) answer(line).then(said => socket.write(`${said}\n`))
    })
  }, again)
}

/** `ID ok`, or `ID no: WHY`. A node may ask about the other nodes only, and only with the token. */
async function answerTo(
  directory: string,
  asker: MachineSpec,
  token: string,
  line: string,
  say: (line: string) => void,
): Promise<string> {
  const [word = '', id = '', verb = '', target = ''] = line.split(' ')
  const lab = await liveLab(directory)
  const victim = lab.state.spec.machines.find(({ name }) => name.toLowerCase() === target.toLowerCase())
  const refusal =
    word !== token
      ? 'the token is wrong'
      : victim?.fenced !== true || victim.name === asker.name
        ? `${asker.name} may not reset ${target}`
        : existsSync(lab.paths.fenceDown(victim.name))
          ? `the device of ${victim.name} does not answer`
          : undefined
  const failure = refusal ?? (victim && verb === 'reset' ? await reset(lab, victim) : undefined)
  say(`${asker.name}: ${verb} ${target}: ${failure ?? 'ok'}`)
  return `${id} ${failure === undefined ? 'ok' : `no: ${failure}`}`
}

/** Presses the button; a frozen machine goes on after it. One without a process is off, and stays so. */
async function reset({ state, run }: LiveLab, victim: MachineSpec): Promise<string | undefined> {
  const process = state.processes.find(({ name }) => name === victim.name)
  if (process === undefined || !(await isAlive(process))) return undefined
  const monitor = sockets.qmp(run, victim.index)
  try {
    await qmp(monitor, { execute: 'system_reset' }, 10_000)
    await qmp(monitor, { execute: 'cont' }, 10_000)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
