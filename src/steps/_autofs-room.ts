import type { Action } from '../core/action.ts'
import type { ClientGiven } from '../core/client-step.ts'
import { type Refusal, refusal } from '../core/diff.ts'
import type { HostFacts } from '../core/fact.ts'
import { autofsBase, autofsFiles } from '../facts/autofs.ts'
import { type ClientMountFact, clientMount, systemdAutomount } from '../facts/client-mount.ts'
import { answerTo } from '../facts/group.ts'
import { mountUsers } from '../facts/mount-users.ts'
import { freePath, type WantedAutofs } from './_autofs.ts'
import { mountPointTaken, unknownMount, unmounting } from './_client-unmount.ts'

type Given = ClientGiven<undefined>

/** Why autofs cannot stand over the directory; undefined where it can. It would hide all that lies there. */
export function baseFlaw(
  { host }: Given,
  { base, mounts }: WantedAutofs,
  facts: HostFacts,
): Refusal | undefined {
  const fact = answerTo(facts, autofsBase(base))
  if (fact.state !== 'present') return unknownMount(host, base, fact)
  const { state, source, entries, namedBy, ignoresOurs } = fact.value
  const elsewhere = `choose a path in another directory in the inventory`
  if (state === 'autofs' || namedBy.length > 0)
    return refusal(
      'autofs-base-taken',
      `autofs stands over ${base} by ${source ?? namedBy.join(', ')}, which is not of this cluster`,
      `take it out there on ${host.name}, or ${elsewhere}`,
    )
  if (state === 'mounted' || state === 'not a directory')
    return refusal(
      'mount-point-taken',
      `${base} is ${state === 'mounted' ? 'the mount point of another file system' : 'no directory'}, and autofs would stand over it`,
      elsewhere,
    )
  const hidden = entries.filter(
    ({ name, isEmptyDirectory }) =>
      !mounts.some(({ path }) => path === `${base}/${name}` && (isEmptyDirectory || isMounted(path, facts))),
  )
  if (hidden.length > 0)
    return refusal(
      'autofs-base-not-empty',
      `autofs over ${base} would hide what lies there: ${listed(hidden.map(({ name }) => name))}`,
      `move it away on ${host.name}, or ${elsewhere}`,
    )
  if (ignoresOurs)
    return refusal(
      'autofs-master',
      `/etc/auto.master does not include ${autofsFiles.master.replace(/[/][^/]*$/, '')}`,
      `add the line "+dir:/etc/auto.master.d" to /etc/auto.master on ${host.name}`,
    )
  return undefined
}

function isMounted(path: string, facts: HostFacts): boolean {
  const fact = answerTo(facts, clientMount(path))
  return fact.state === 'present' && ['nfs', 'automount'].includes(fact.value.state)
}

function listed(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and more` : names.join(', ')
}

/** What makes room at the paths. `isInPlace`: autofs has each of them already, mounted or waiting. */
export interface Room {
  readonly actions: readonly Action[]
  readonly isInPlace: boolean
}

/** Makes room for autofs at its paths: ends former mounts of ours; anything else there is refused. */
export function freed(
  given: Given,
  { mounts }: WantedAutofs,
  stands: boolean,
  facts: HostFacts,
): Room | Refusal {
  const actions: Action[] = []
  let isInPlace = stands
  for (const { path, source } of mounts) {
    const fact = answerTo(facts, clientMount(path))
    if (fact.state !== 'present') return unknownMount(given.host, path, fact)
    const found = fact.value
    if (isFine(found, source, stands)) continue
    isInPlace = false
    // The map or its daemon is what is to be mended.
    if (found.source === autofsFiles.map) continue
    if (found.state === 'nfs' && (stands || found.source === source)) {
      const unmount = unmounting(given.host, path, answerTo(facts, mountUsers(path)))
      if ('kind' in unmount) return unmount
      actions.push(...unmount, ...(stands ? [] : [freePath(path)]))
    } else if (found.state === 'directory' || found.source === systemdAutomount) actions.push(freePath(path))
    else if (found.state !== 'missing') return mountPointTaken(given.host, path, found)
  }
  return { actions, isInPlace }
}

function isFine({ state, source }: ClientMountFact, wanted: string, stands: boolean): boolean {
  return (
    stands &&
    ((state === 'nfs' && source === wanted) || (state === 'automount' && source === autofsFiles.map))
  )
}
