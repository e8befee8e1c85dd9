import { type ClientGiven, defineClientStep } from '../core/client-step.ts'
import { type Diff, inSync } from '../core/diff.ts'
import type { Fact } from '../core/fact.ts'
import type { FileFact } from '../facts/file.ts'
import { clientFile } from './_client-file.ts'
import { daemonReload } from './_command.ts'
import { diffFile, ownedFile } from './_file-diff.ts'
import { withoutBlock } from './_without-block.ts'

const path = '/etc/fstab'

/** The mounts in a block of ours in fstab(5), so that they come back at boot; the rest is the administrator's. */
export default defineClientStep({
  id: 'client-fstab',
  title: 'Name the mounts in fstab',
  reads: ({ cluster }) => ({ fstab: ownedFile(cluster, path) }),
  diff(given, { facts }): Diff {
    if (given.params.remove || given.host.mounts.every(({ by }) => by === 'autofs'))
      return cleared(given, facts.fstab)
    const mend = diffFile(given.cluster, clientFile(given, path, { block: true }), facts.fstab)
    if (mend === undefined) return inSync
    if (mend.kind === 'refusal') return mend
    return {
      kind: 'change',
      symbol: '~',
      summary: `${mend.verb} ${path}`,
      risk: 'safe',
      actions: [...mend.actions, daemonReload()],
      expect: { self: [mend.expect] },
      display: [mend.display],
    }
  },
})

/** The file without our block; in sync where there is none. */
function cleared({ cluster, host }: ClientGiven<undefined>, fstab: Fact<FileFact>): Diff {
  const removal = withoutBlock(cluster, host, path, fstab)
  if (removal === undefined) return inSync
  if (removal.kind === 'refusal') return removal
  return {
    kind: 'change',
    symbol: '-',
    summary: `take the mounts out of ${path}`,
    risk: 'safe',
    actions: [removal.action, daemonReload()],
    expect: { self: [removal.expect] },
    display: [removal.display],
  }
}
