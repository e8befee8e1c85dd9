import type { Action, ScriptAction } from '../core/action.ts'
import { type ClientGiven, defineClientStep } from '../core/client-step.ts'
import type { ClientMount } from '../core/cluster.ts'
import { type Diff, type Expectation, expects, inSync, type Refusal, refusal } from '../core/diff.ts'
import { type Fact, present } from '../core/fact.ts'
import type { Reads } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { type ClientMountFact, clientMount } from '../facts/client-mount.ts'
import { answerTo } from '../facts/group.ts'
import { type MountUser, mountUsers } from '../facts/mount-users.ts'
import { unmounting } from './_client-unmount.ts'
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

function sourceOf({ cluster }: ClientGiven<undefined>, { export: exported }: ClientMount): string {
  return `${cluster.vips[0]?.address ?? ''}:${exported}`
}

function mounted(
  given: ClientGiven<undefined>,
  mount: ClientMount,
  found: Fact<ClientMountFact>,
): Part | Refusal | undefined {
  const { path, by } = mount
  const source = sourceOf(given, mount)
  if (found.state !== 'present') return unknownMount(given, mount, found)
  const { state } = found.value
  if (state === 'nfs' && found.value.source === source) return undefined
  if (state === 'automount' && by === 'automount') return undefined
  if (state !== 'directory' && state !== 'missing') return taken(given, mount, found.value)
  const make = state === 'missing' ? [run(['mkdir', '-p', path])] : []
  if (by === 'automount')
    return {
      summary: `mount ${source} at ${path} when somebody looks`,
      actions: [...make, automountUnit('start', path)],
      expect: expects(clientMount(path), present({ state: 'automount' })),
    }
  return {
    summary: `mount ${source} at ${path}`,
    actions: [...make, run(['mount', path], { timeoutMs: 150_000 })],
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
  if (found.state !== 'present') return unknownMount(given, mount, found)
  const { state, source } = found.value
  const isOurs = state === 'automount' || (state === 'nfs' && source === sourceOf(given, mount))
  if (!isOurs) return undefined
  const unmount = state === 'nfs' ? unmounting(given.host, path, users) : []
  if ('kind' in unmount) return unmount
  return {
    summary: `unmount ${path}`,
    actions: [...unmount, ...(by === 'automount' ? [automountUnit('stop', path)] : [])],
    expect: expects(clientMount(path), present({ state: 'directory' })),
  }
}

/** systemd names the unit of a path by its own rules (systemd-escape(1)). */
function automountUnit(verb: 'start' | 'stop', path: string): ScriptAction {
  return {
    kind: 'script',
    title: `${verb} the automount of ${path}`,
    script: `set -eu\nunit=$(systemd-escape -p --suffix=automount ${quote(path)})\nsystemctl --no-ask-password ${verb} "$unit"`,
    timeoutMs: 60_000,
  }
}

function unknownMount(
  { host }: ClientGiven<undefined>,
  { path }: ClientMount,
  found: Fact<ClientMountFact>,
): Refusal {
  const why = found.state === 'unknown' ? `: ${found.reason}` : ''
  return refusal(
    'unknown-mount',
    `what is mounted at ${path} is not known${why}`,
    `look at it on ${host.name} (findmnt)`,
  )
}

function taken({ host }: ClientGiven<undefined>, { path }: ClientMount, found: ClientMountFact): Refusal {
  const what =
    found.source ??
    (found.state === 'not a directory' ? 'something that is no directory' : 'another file system')
  return refusal(
    'mount-point-taken',
    `${what} is at ${path}`,
    `unmount it or move it away on ${host.name}, or choose another path in the inventory`,
  )
}
