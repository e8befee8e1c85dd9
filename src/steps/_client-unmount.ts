import type { RunAction } from '../core/action.ts'
import type { Client } from '../core/cluster.ts'
import { type Refusal, refusal } from '../core/diff.ts'
import type { Fact } from '../core/fact.ts'
import type { ClientMountFact } from '../facts/client-mount.ts'
import type { MountUser } from '../facts/mount-users.ts'
import { run } from './_command.ts'

type Named = Pick<Client, 'name'>

/** What unmounts a path of a client; refused while somebody uses it, or when that is not known. */
export function unmounting(
  host: Named,
  path: string,
  users: Fact<readonly MountUser[]>,
): readonly RunAction[] | Refusal {
  if (users.state === 'unknown')
    return refusal(
      'unknown-mount',
      `who uses ${path} is not known: ${users.reason}`,
      `look at it on ${host.name} (fuser -vm ${path})`,
    )
  const using = users.state === 'present' ? users.value : []
  return using.length > 0 ? inUse(host, path, using) : [run(['umount', path])]
}

export function inUse({ name }: Named, path: string, users: readonly MountUser[]): Refusal {
  return refusal(
    'mount-in-use',
    `${path} is used by ${users.map(user => `${user.name} (process ${user.pid})`).join(', ')}`,
    `end what uses it on ${name}, then run again`,
  )
}

export function unknownMount({ name }: Named, path: string, found: Fact<unknown>): Refusal {
  const why = found.state === 'unknown' ? `: ${found.reason}` : ''
  return refusal(
    'unknown-mount',
    `what is mounted at ${path} is not known${why}`,
    `look at it on ${name} (findmnt)`,
  )
}

export function mountPointTaken({ name }: Named, path: string, { state, source }: ClientMountFact): Refusal {
  return refusal(
    'mount-point-taken',
    `${whatIs(state, source)} is at ${path}`,
    `unmount it or move it away on ${name}, or choose another path in the inventory`,
  )
}

function whatIs(state: ClientMountFact['state'], source: string | undefined): string {
  if (state === 'automount' || state === 'abandoned') return `an automount (${source})`
  return source ?? (state === 'not a directory' ? 'something that is no directory' : 'another file system')
}
