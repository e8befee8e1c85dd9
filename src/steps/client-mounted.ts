import type { Action, ScriptAction } from '../core/action.ts'
import { type ClientGiven, defineClientStep } from '../core/client-step.ts'
import { type ClientMount, mountSource } from '../core/cluster.ts'
import { type Diff, type Expectation, expects, inSync, type Refusal } from '../core/diff.ts'
import { type Fact, present } from '../core/fact.ts'
import type { Reads } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { type ClientMountFact, clientMount, systemdAutomount } from '../facts/client-mount.ts'
import { answerTo } from '../facts/group.ts'
import { type MountUser, mountUsers } from '../facts/mount-users.ts'
import { stopAutomountLines } from './_autofs.ts'
import { mountPointTaken, unknownMount, unmounting } from './_client-unmount.ts'
import { run } from './_command.ts'

/** The mounts are there, each from the first VIP; or, when the client is to have nothing of ours, gone. */
export default defineClientStep({
  id: 'client-mounted',
  title: 'Mount what the cluster serves',
  reads: ({ host, params }: ClientGiven<undefined>): Reads =>
    Object.fromEntries(
      host.mounts
        .flatMap(({ path }) => [clientMount(path), ...(params.remove ? [mountUsers(path)] : [])])
        .map(probe => [probe.id, probe]),
    ),
  diff(given, { facts }): Diff {
    const { host, params } = given
    const parts: Part[] = []
    for (const mount of host.mounts) {
      // Those by autofs have a step of their own; when all is to go, what they were before may still be here.
      if (mount.by === 'autofs' && !params.remove) continue
      const found = answerTo(facts, clientMount(mount.path))
      const part = params.remove
        ? unmounted(given, mount, found, answerTo(facts, mountUsers(mount.path)))
        : mounted(given, mount, found)
      if (part === undefined) continue
      if ('kind' in part) return part
      parts.push(part)
    }
    if (parts.length === 0) return inSync
    return {
      kind: 'change',
      symbol: params.remove ? '-' : '+',
      summary: parts.map(({ summary }) => summary).join('; '),
      risk: params.remove ? 'disruptive' : 'safe',
      actions: parts.flatMap(({ actions }) => actions),
      expect: { self: parts.map(({ expect }) => expect) },
    }
  },
})

interface Part {
  readonly summary: string
  readonly actions: readonly Action[]
  readonly expect: Expectation
}

function mounted(
  given: ClientGiven<undefined>,
  mount: ClientMount,
  found: Fact<ClientMountFact>,
): Part | Refusal | undefined {
  const { path, by } = mount
  const source = mountSource(given.cluster, mount)
  if (found.state !== 'present') return unknownMount(given.host, path, found)
  const { state } = found.value
  if (state === 'nfs' && found.value.source === source) return undefined
  const isAutomount = state === 'automount' && found.value.source === systemdAutomount
  if (isAutomount && by === 'automount') return undefined
  if (state !== 'directory' && state !== 'missing' && !isAutomount)
    return mountPointTaken(given.host, path, found.value)
  const make = state === 'missing' ? [run(['mkdir', '-p', path])] : []
  if (by === 'automount')
    return {
      summary: `mount ${source} at ${path} when somebody looks`,
      actions: [...make, startAutomount(path)],
      expect: expects(clientMount(path), present({ state: 'automount', source: systemdAutomount })),
    }
  return {
    summary: `mount ${source} at ${path}`,
    actions: [
      ...make,
      // fstab no longer names it as one, so it would be there until the next boot only.
      ...(isAutomount ? [stopAutomount(path)] : []),
      run(['mount', path], { timeoutMs: 150_000 }),
    ],
    expect: expects(clientMount(path), present({ state: 'nfs', source })),
  }
}

function unmounted(
  given: ClientGiven<undefined>,
  mount: ClientMount,
  found: Fact<ClientMountFact>,
  users: Fact<readonly MountUser[]>,
): Part | Refusal | undefined {
  const { path, by } = mount
  if (found.state !== 'present') return unknownMount(given.host, path, found)
  const { state, source } = found.value
  const isOurs =
    (state === 'automount' && source === systemdAutomount) ||
    (state === 'nfs' && source === mountSource(given.cluster, mount))
  if (!isOurs) return undefined
  const unmount = state === 'nfs' ? unmounting(given.host, path, users) : []
  if ('kind' in unmount) return unmount
  return {
    summary: `unmount ${path}`,
    actions: [...unmount, ...(by !== 'boot' || state === 'automount' ? [stopAutomount(path)] : [])],
    expect: expects(clientMount(path), present({ state: 'directory' })),
  }
}

/** systemd names the unit of a path by its own rules (systemd-escape(1)). */
function startAutomount(path: string): ScriptAction {
  return {
    kind: 'script',
    title: `start the automount of ${path}`,
    script: `set -eu\nunit=$(systemd-escape -p --suffix=automount ${quote(path)})\nsystemctl --no-ask-password start "$unit"`,
    timeoutMs: 60_000,
  }
}

function stopAutomount(path: string): ScriptAction {
  return {
    kind: 'script',
    title: `stop the automount of ${path}`,
    script: ['set -eu', ...stopAutomountLines(path)].join('\n'),
    timeoutMs: 60_000,
  }
}
