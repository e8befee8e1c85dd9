import { type Diff, expects, inSync, refusal } from '../core/diff.ts'
import { present } from '../core/fact.ts'
import { quote } from '../core/quote.ts'
import { defineStepOver } from '../core/step.ts'
import { type Directories, directoriesOn, type WantedDirectory } from '../facts/filesystem.ts'
import { run } from './_command.ts'
import { wantedDirectories } from './_directories.ts'
import { respectHold } from './_hold.ts'
import { overVolumes } from './_storage.ts'

/**
 * The directories of exports and of the cluster's own state, with owner and mode. They lie on the
 * volume, so the node that has it mounted makes them; a new volume got them together with its file
 * system.
 */
export default respectHold(
  defineStepOver({
    id: 'export-directories',
    title: 'Make the state and export directories',
    over: overVolumes,
    reads: ({ cluster, item }) => ({
      directories: directoriesOn(item.mountPoint, wantedDirectories(cluster, item)),
    }),
    diff({ cluster, host, item }, { facts }): Diff {
      const { directories } = facts
      if (directories.state === 'absent') return inSync
      if (directories.state === 'unknown')
        return refusal(
          'unknown-directories',
          `the directories on ${item.mountPoint} could not be read: ${directories.reason}`,
          `look at ${item.mountPoint} on ${host.name}; a hanging ls or an I/O error in dmesg says why`,
        )
      const wanted = wantedDirectories(cluster, item)
      const other = wanted.find(({ path }) => directories.value[path]?.kind === 'other')
      if (other !== undefined)
        return refusal(
          'not-a-directory',
          `${other.path} is ${whatIs(directories.value, other)}`,
          `move it away on ${host.name}, or give the export another path`,
        )
      const stale = wanted.filter(one => !agrees(directories.value, one))
      if (stale.length === 0) return inSync
      return {
        kind: 'change',
        summary: stale.map(one => mend(directories.value, one)).join('; '),
        symbol: stale.every(({ path }) => directories.value[path]?.kind === 'missing') ? '+' : '~',
        risk: 'safe',
        actions: stale.map(({ path, owner, group, mode }) =>
          run(['install', '-d', '-o', owner, '-g', group, '-m', mode, path], {
            guard: {
              expects: `${item.mountPoint} is mounted`,
              script: `mountpoint -q ${quote(item.mountPoint)} || { echo 'it is not'; exit 1; }`,
            },
          }),
        ),
        expect: {
          self: [
            expects(directoriesOn(item.mountPoint, wanted), present(Object.fromEntries(wanted.map(asFound)))),
          ],
        },
      }
    },
  }),
)

function agrees(found: Directories, { path, owner, group, mode }: WantedDirectory): boolean {
  const at = found[path]
  return at?.kind === 'directory' && at.owner === owner && at.group === group && at.mode === mode
}

function whatIs(found: Directories, { path }: WantedDirectory): string {
  const at = found[path]
  return at?.kind === 'other' ? at.what : 'not a directory'
}

function mend(found: Directories, { path, owner, group, mode }: WantedDirectory): string {
  const at = found[path]
  const wanted = `${owner}:${group} ${mode}`
  return at?.kind === 'directory'
    ? `give ${path} ${wanted} (now ${at.owner}:${at.group} ${at.mode})`
    : `make ${path} ${wanted}`
}

function asFound({ path, owner, group, mode }: WantedDirectory): [string, Directories[string]] {
  return [path, { kind: 'directory', owner, group, mode }]
}
