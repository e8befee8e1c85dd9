import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type ExitCode, exitCodes, NfshaError } from '../core/error.ts'
import { attachConsole } from '../lab/console.ts'
import { down } from '../lab/down.ts'
import { faultNamed, faults, injectFault } from '../lab/faults.ts'
import { runFencer } from '../lab/fencer.ts'
import { sshArgv } from '../lab/guest.ts'
import { liveLab, machineNamed } from '../lab/live.ts'
import { withLock } from '../lab/lock.ts'
import { sockets } from '../lab/qemu.ts'
import { restore } from '../lab/restore.ts'
import { takeSnapshot } from '../lab/snapshots.ts'
import { status } from '../lab/status.ts'
import { up } from '../lab/up.ts'
import type { Cli, Screen } from './cli.ts'
import type { LabOptions } from './lab.ts'
import { ensureLabSecrets, loadLab } from './lab-inventory.ts'
import { labStatusText } from './lab-text.ts'

/** What is installed; beside the sources and beside the bundle's chunks it is the same way there. */
const executable = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

export async function runUp(
  options: LabOptions & { readonly from?: string; readonly cold?: boolean },
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const lab = await loadLab(options.inventory, cli.io)
  const { from, cold = false } = options
  const say = progress(cli, screen)
  await up(lab.spec, {
    directory: lab.directory,
    env: cli.io.env,
    cold,
    say,
    self: [process.execPath, executable],
    ...(from === undefined ? {} : { from }),
  })
  const secrets = await ensureLabSecrets(lab)
  if (secrets !== undefined) say(`made secrets for it: ${secrets}`)
  await showStatus(lab.directory, screen)
}

export async function runDown(
  options: LabOptions & { readonly forget?: boolean },
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const { directory } = await loadLab(options.inventory, cli.io)
  const ended = await down(directory, options.forget === true)
  if (screen.format === 'json') screen.printJson({ verdict: 'done', exitCode: 0, directory, ended })
  else screen.print(ended.length === 0 ? 'no process of the lab was left' : `ended ${ended.join(', ')}`)
}

export async function runStatus(options: LabOptions, cli: Cli, screen: Screen): Promise<void> {
  await showStatus((await loadLab(options.inventory, cli.io)).directory, screen)
}

export async function runSnapshot(
  name: string,
  options: LabOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const lab = await liveLab((await loadLab(options.inventory, cli.io)).directory)
  await withLock(lab.paths.lock, () => takeSnapshot(lab, name))
  await showStatus(lab.paths.directory, screen)
}

export async function runRestore(name: string, options: LabOptions, cli: Cli, screen: Screen): Promise<void> {
  const lab = await liveLab((await loadLab(options.inventory, cli.io)).directory)
  await withLock(lab.paths.lock, () => restore(lab, name, progress(cli, screen)))
  await showStatus(lab.paths.directory, screen)
}

interface FaultWords {
  readonly fault: string | undefined
  readonly target: string | undefined
  readonly machine: string | undefined
}

export async function runFault(
  words: FaultWords,
  options: LabOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  if (words.fault === undefined) return listFaults(screen)
  const name = faultNamed(words.fault)
  const lab = await liveLab((await loadLab(options.inventory, cli.io)).directory)
  const target = faults[name].on === 'link' ? linkTarget(words) : machineTarget(words)
  await withLock(lab.paths.lock, () => injectFault(lab, name, target))
  if (screen.format === 'json') screen.printJson({ verdict: 'done', exitCode: 0, fault: name, ...target })
  else screen.print(`${name}: done`)
}

function linkTarget({ target, machine }: FaultWords) {
  return { ...(target === undefined ? {} : { link: target }), ...(machine === undefined ? {} : { machine }) }
}

function machineTarget({ target, machine }: FaultWords) {
  return {
    ...(target === undefined ? {} : { machine: target }),
    ...(machine === undefined ? {} : { link: machine }),
  }
}

function listFaults(screen: Screen): void {
  const list = Object.entries(faults).map(([name, { on, summary }]) => ({ name, on, summary }))
  if (screen.format === 'json') screen.printJson(list)
  else
    for (const { name, on, summary } of list)
      screen.print(`${name.padEnd(10)} ${on === 'link' ? 'LINK [MACHINE]' : 'MACHINE       '}  ${summary}`)
}

/** OpenSSH's client has the terminal; what it returns is what we return. */
export async function runSsh(
  machine: string,
  command: readonly string[],
  options: LabOptions & { readonly login: string },
  cli: Cli,
): Promise<void> {
  const lab = await liveLab((await loadLab(options.inventory, cli.io)).directory)
  const [ssh = 'ssh', ...args] = sshArgv(lab.paths, machineNamed(lab, machine), options.login)
  const child = spawn(ssh, [...args, ...command], { stdio: 'inherit' })
  const [code] = (await once(child, 'close')) as [number | null]
  // The command's own codes mean what they mean to whoever asked for it.
  if (code !== 0) cli.setExitCode((code ?? exitCodes.failed) as ExitCode)
}

export async function runConsole(machine: string, options: LabOptions, cli: Cli): Promise<void> {
  const lab = await liveLab((await loadLab(options.inventory, cli.io)).directory)
  const socket = sockets.console(lab.run, machineNamed(lab, machine).index)
  if (!existsSync(socket))
    throw new NfshaError('failed', `${machine} is off`, `nfsha lab fault power-on ${machine}`)
  await attachConsole(socket, { input: process.stdin, output: process.stdout })
}

/** The lab's own process, not a command for people. */
export async function runLabFencer(directory: string, cli: Cli): Promise<void> {
  const say = (line: string) => process.stdout.write(`${cli.io.now().toISOString()} ${line}\n`)
  const ending = new AbortController()
  cli.io.onInterrupt(() => ending.abort())
  await runFencer(directory, say, ending.signal)
}

async function showStatus(directory: string, screen: Screen): Promise<void> {
  const found = await status(directory)
  if (screen.format === 'json') screen.printJson(found)
  else screen.print(labStatusText(found))
}

/** Lines with the time, so that a person sees what takes long. */
function progress(cli: Cli, screen: Screen): (line: string) => void {
  return line => screen.note(`${cli.io.now().toISOString().slice(11, 19)} lab: ${line}`)
}
