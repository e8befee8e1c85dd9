import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Transport } from '../../src/core/transport.ts'
import { localTransport, type ShellCommand } from '../../src/transport/local.ts'

/**
 * Stand-ins for nodes: mount namespaces of this machine, each with a /run, a /var/lib and an /srv of
 * its own. Everything else is this machine's.
 */
export interface Nodes {
  /** A new transport each, as another controller has; `shell` runs on the "nodes". */
  transport(shell?: ShellCommand): Transport
  /** Runs a command on a node, beside any session, and gives what it printed. */
  run(node: string, script: string): Promise<string>
  stop(): void
}

const isRoot = process.getuid?.() === 0

export async function startNodes(names: readonly string[]): Promise<Nodes> {
  const holders = new Map<string, ChildProcess>()
  for (const name of names) holders.set(name, await startNode())
  const enter = (name: string): ShellCommand => {
    const pid = String(holders.get(name)?.pid)
    return ['nsenter', '-t', pid, '-m', ...(isRoot ? [] : ['-U', '--preserve-credentials'])]
  }
  return {
    transport: (shell = ['sh']) => localTransport(name => [...enter(name), ...shell]),
    run: async (name, script) => {
      const [program, ...argv] = enter(name)
      const child = spawn(program, [...argv, 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'] })
      let out = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text
      })
      await once(child, 'close')
      return out
    },
    stop: () => {
      for (const holder of holders.values()) holder.kill('SIGKILL')
    },
  }
}

async function startNode(): Promise<ChildProcess> {
  const mounts = ['/run', '/var/lib', '/srv'].map(path => `mount -t tmpfs -o mode=755 nfsha-test ${path}`)
  const script = `${mounts.join(' && ')} && echo ready && exec sleep infinity`
  const child = spawn('unshare', [isRoot ? '-m' : '-rm', 'sh', '-c', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = await once(child.stdout.setEncoding('utf8'), 'data')
  if (said !== 'ready\n') throw new Error(`no mount namespace: ${said}`)
  return child
}
