import type { Action } from '../core/action.ts'
import type { Client } from '../core/cluster.ts'
import { type Refusal, refusal } from '../core/diff.ts'
import type { Fact } from '../core/fact.ts'
import type { MountUser } from '../facts/mount-users.ts'
import { run } from './_command.ts'

/** What unmounts a path of a client; refused while somebody uses it, or when that is not known. */
export function unmounting(
  { name }: Pick<Client, 'name'>,
  path: string,
  users: Fact<readonly MountUser[]>,
): readonly Action[] | Refusal {
  if (users.state === 'unknown')
    return refusal(
      'unknown-mount',
      `who uses ${path} is not known: ${users.reason}`,
      `look at it on ${name} (fuser -vm ${path})`,
    )
  const using = users.state === 'present' ? users.value : []
  if (using.length > 0)
    return refusal(
      'mount-in-use',
      `${path} is used by ${using.map(user => `${user.name} (process ${user.pid})`).join(', ')}`,
      `end what uses it on ${name}, then run again`,
    )
  return [run(['umount', path])]
}
