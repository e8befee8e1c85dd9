import { type ClientGiven, defineClientStep } from '../core/client-step.ts'
import { type Change, type Diff, expects, inSync, refusal } from '../core/diff.ts'
import { type Fact, present } from '../core/fact.ts'
import { type FileFact, versionOf } from '../facts/file.ts'
import { splitAtBlock } from './_block.ts'
import { clientFile } from './_client-file.ts'
import { daemonReload } from './_command.ts'
import { diffFile, ownedFile } from './_file-diff.ts'

const path = '/etc/fstab'

/** The mounts in a block of ours in fstab(5), so that they come back at boot; the rest is the administrator's. */
export default defineClientStep({
  id: 'client-fstab',
  title: 'Name the mounts in fstab',
  reads: ({ cluster }) => ({ fstab: ownedFile(cluster, path) }),
  diff(given, { facts }): Diff {
    if (given.params.remove || given.host.mounts.length === 0) return withoutBlock(given, facts.fstab)
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
function withoutBlock({ cluster, host }: ClientGiven<undefined>, fstab: Fact<FileFact>): Diff {
  if (fstab.state === 'unknown')
    return refusal(
      'unknown-file',
      `${path} could not be read: ${fstab.reason}`,
      `look at ${path} on ${host.name}`,
    )
  if (fstab.state === 'absent' || fstab.value.content === undefined) return inSync
  const { content, mode, owner } = fstab.value
  const split = splitAtBlock(content, cluster.name)
  if (split === undefined)
    return refusal(
      'broken-block',
      `${path} has markers of nfsha that are not one BEGIN and one END in this order`,
      `take the lines of nfsha ${cluster.name} out of ${path} on ${host.name}, then run again`,
    )
  const rest = `${split.before}${split.after}`
  if (rest === content || rest === `${content}\n`) return inSync
  const change: Change = {
    kind: 'change',
    symbol: '-',
    summary: `take the mounts out of ${path}`,
    risk: 'safe',
    actions: [{ kind: 'put', path, content: [rest], mode, owner }, daemonReload()],
    expect: {
      self: [
        expects(
          ownedFile(cluster, path),
          present({ ...fstab.value, content: rest, version: versionOf(path, [rest]) }),
        ),
      ],
    },
    display: [{ kind: 'file', path, before: content, after: rest }],
  }
  return change
}
