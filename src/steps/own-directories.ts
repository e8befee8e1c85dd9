import { expects, inSync, refusal } from '../core/diff.ts'
import { present } from '../core/fact.ts'
import { defineStep } from '../core/step.ts'
import { isForOthers, unsoundDirectories } from '../facts/own-directories.ts'
import { run } from './_command.ts'
import { respectHold } from './_hold.ts'

/**
 * Every directory on the way to a file of ours is root's, and can be searched by whoever reads that file. A file
 * may be all that it should be, and heartbeat's programs, which are not root, not get at it.
 */
export default respectHold(
  defineStep({
    id: 'own-directories',
    title: 'Mend the directories on the way to our files',
    reads: ({ cluster }) => ({ unsound: unsoundDirectories(cluster) }),
    diff({ cluster, host }, { facts: { unsound } }) {
      if (unsound.state !== 'present')
        return refusal(
          'unknown-own-directories',
          `the directories on the way to our files could not be read${unsound.state === 'unknown' ? `: ${unsound.reason}` : ''}`,
          `look at them on ${host.name} (namei -l ${cluster.platform.paths.haDir}/ha.cf), then run again`,
        )
      if (unsound.value.length === 0) return inSync
      const other = unsound.value.find(({ kind }) => kind !== 'directory')
      if (other !== undefined)
        return refusal(
          'not-a-directory',
          `${other.path} is a ${other.kind}, and files of ours lie below it`,
          `move it away on ${host.name}, then run again`,
        )
      const paths = unsound.value.map(({ path }) => path)
      const foreign = unsound.value.filter(({ owner }) => !owner.startsWith('root:'))
      const modes = (['u=rwx,go=rx', 'u=rwx,o-w'] as const).flatMap((mode, at) => {
        const those = paths.filter(path => isForOthers(cluster, path) === (at === 0))
        return those.length === 0 ? [] : [run(['chmod', mode, ...those])]
      })
      return {
        kind: 'change',
        summary: `mend the mode or owner of ${paths.join(' ')}`,
        symbol: '~',
        risk: 'safe',
        actions: [
          ...(foreign.length === 0 ? [] : [run(['chown', 'root', ...foreign.map(({ path }) => path)])]),
          ...modes,
        ],
        display: [
          {
            kind: 'lines',
            lines: unsound.value.map(({ path, mode, owner }) => `${path} has mode ${mode} and is ${owner}'s`),
          },
        ],
        expect: { self: [expects(unsoundDirectories(cluster), present([]))] },
      }
    },
  }),
)
