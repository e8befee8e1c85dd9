import type { ClientMounts } from '../status/clients.ts'
import type { Paint } from './paint.ts'
import { columns } from './table.ts'

/** One line a mount, and one for a client that does not answer. */
export function clientsText(clients: readonly ClientMounts[], paint: Paint): string {
  return columns([
    ['CLIENT', 'MOUNT', 'STATE', 'WATCHED', ''].map(title => paint('faint', title)),
    ...clients.flatMap(({ name, answered, problem, mounts, lookedSecondsAgo }) => {
      if (!answered) return [[name, '', paint('bad', 'no answer'), '', problem ?? '']]
      if (mounts.length === 0) return [[name, paint('faint', 'nothing to mount'), '', '', '']]
      return mounts.map(({ path, state, reason }) => [
        name,
        path,
        paint(state === 'mounted' || state === 'automount' ? 'good' : 'bad', state),
        lookedSecondsAgo === undefined ? paint('faint', 'no') : `${lookedSecondsAgo} s ago`,
        reason ?? '',
      ])
    }),
  ])
}
