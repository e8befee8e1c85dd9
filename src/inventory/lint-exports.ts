import type { Cluster, Export, ExportClient } from '../core/cluster.ts'
import { type Hit, type LintRule, when } from './lint-rule.ts'
import { isWithin } from './text.ts'
import { addressesOf } from './text-exports.ts'

/** What a rule finds about each client of each export, at the export. */
export function eachClient(
  { exports }: Cluster,
  broken: (path: string, client: ExportClient, exported: Export) => readonly Omit<Hit, 'path'>[],
): readonly Hit[] {
  return exports.flatMap((each, index) =>
    each.clients.flatMap(client =>
      broken(each.path, client, each).map(hit => ({ path: ['exports', index], ...hit })),
    ),
  )
}

/** Whether a client is more than one machine: exports(5), "Machine Name Formats". */
function isMany({ match }: ExportClient): boolean {
  const prefix = addressesOf(match)?.prefix
  return prefix === undefined ? /[*?[\]@]/.test(match) : prefix < 32
}

/** What may differ in a directory: each of user, group and others with a letter for its digit in the mode. */
const classes = ['u', 'g', 'o']

/** The classes that may read or write a directory of this mode and not enter it. */
function lockedOut(mode: string): readonly string[] {
  return classes.filter((_, index) => /[246]/.test(mode.at(index - 3) ?? ''))
}

/** Rules over what is exported, and to whom. */
export const exportRules: readonly LintRule[] = [
  {
    id: 'no-root-squash',
    severity: 'warning',
    title: 'root on a network of clients is not root here',
    reason: 'whoever becomes root on any machine of that network owns every file',
    explanation:
      'no_root_squash trusts root of every machine that can take an address of the network. Name the machines that need it, one address each, or squash root and give the directory an owner. anonuid=0 comes to the same: whoever is squashed, root or with all_squash everybody, becomes root.',
    check: cluster =>
      eachClient(cluster, (path, client) =>
        ['no_root_squash', 'anonuid=0']
          .filter(option => client.options.includes(option) && isMany(client))
          .slice(0, 1)
          .map(option => ({
            message: `${path} is exported to all of ${client.match} with ${option}`,
            fix: `remove ${option}, or give it to single addresses`,
          })),
      ),
  },
  {
    id: 'export-async',
    severity: 'warning',
    title: 'exports are sync',
    reason: 'async acknowledges writes before they are on disk: a takeover loses them without an error',
    explanation:
      'exports(5): async "allows the NFS server to violate the NFS protocol and reply to requests before any changes made by that request have been committed". What was acknowledged and not yet replicated is gone after a takeover, and no client learns of it.',
    check: cluster =>
      eachClient(cluster, (path, { match, options }) =>
        options.includes('async')
          ? [{ message: `${path} is exported async to ${match}`, fix: 'write sync' }]
          : [],
      ),
  },
  {
    id: 'export-neither-ro-nor-rw',
    severity: 'warning',
    title: 'an export says whether it may be written to',
    reason: 'exports(5) makes it read-only where nothing is said',
    explanation:
      'A list of options replaces the default one, and rw with it: exports(5) disallows any request that changes the file system unless rw is said. Clients mount such an export without a word, and then get "Read-only file system".',
    check: cluster =>
      eachClient(cluster, (path, { match, options }) =>
        options.includes('ro') || options.includes('rw')
          ? []
          : [
              {
                message: `${path} is read-only for ${match}, since its options say neither ro nor rw`,
                fix: 'write rw, or ro if that is meant',
              },
            ],
      ),
  },
  {
    id: 'export-subtree-check',
    severity: 'warning',
    title: 'exports do not check subtrees',
    reason: 'a file that is renamed while a client has it open goes stale for that client',
    explanation:
      'exports(5): subtree_check puts the place of a file into its handle, so a rename into another directory changes what clients hold. no_subtree_check is the default since nfs-utils 1.1.0. What subtree_check keeps from clients is better kept by a volume of its own.',
    check: cluster =>
      eachClient(cluster, (path, { match, options }) =>
        options.includes('subtree_check')
          ? [{ message: `${path} is exported to ${match} with subtree_check`, fix: 'remove it' }]
          : [],
      ),
  },
  {
    id: 'export-root',
    severity: 'warning',
    title: 'a directory below the mount point is exported, not the volume itself',
    reason: 'nfsha keeps the NFS client database on the volume, in .nfsha, and clients would see it',
    explanation:
      'The first volume carries .nfsha with the client database and saved connections, readable by root only. Exported as a whole with no_root_squash, clients could read and change it. lost+found is there too.',
    check: ({ exports, volumes }) =>
      exports.flatMap((each, index) =>
        when(
          volumes.some(volume => volume.carriesState && volume.mountPoint === each.path),
          {
            path: ['exports', index, 'path'],
            message: `${each.path} is the whole volume, with nfsha's own state in it`,
            fix: `export a directory below it, such as ${each.path}/data`,
          },
        ),
      ),
  },
  {
    id: 'export-nested',
    severity: 'warning',
    title: 'an export does not lie in another one',
    reason: "clients of the outer one have the inner one too, by the outer one's options",
    explanation:
      'Both are one file system. A client that may mount the outer directory walks into the inner one without a further question: who may mount the inner one, ro, squashing and sec= there mean nothing to it (exports(5), "Subdirectory Exports"). A client list that is narrower inside protects nothing.',
    check: ({ exports }) =>
      exports.flatMap((inner, index) => {
        const outer = exports.find(({ path }) => path !== inner.path && isWithin(inner.path, path))
        return when(outer !== undefined, {
          path: ['exports', index, 'path'],
          message: `${inner.path} lies in ${outer?.path}, whose clients reach it with the options of that`,
          fix: 'export directories side by side, or accept it if all clients and options are the same',
        })
      }),
  },
  {
    id: 'export-mode',
    severity: 'warning',
    title: 'who may read an exported directory may enter it',
    reason: 'without x in its mode nothing in a directory can be opened',
    explanation:
      'In the mode of a directory, r lists names, w changes them, and x is what lets anybody reach a file below it (path_resolution(7)). 0644 and 0666 are modes of files; a directory wants 0755 or 0777, or 1777 where many write.',
    check: ({ exports }) =>
      exports.flatMap(({ path, mode }, index) => {
        const locked = lockedOut(mode)
        return when(locked.length > 0, {
          path: ['exports', index, 'mode'],
          message: `${path} has mode ${mode}: no x for ${locked.join(', ')}`,
          fix: 'write 0755, or 1777 where everybody writes',
        })
      }),
  },
  {
    id: 'fsid-derived',
    severity: 'note',
    title: 'fsids are written down',
    reason:
      "it then outlives a change of the cluster's name or of the path; a changed fsid gives clients ESTALE",
    explanation:
      "The fsid is part of every file handle that a client holds. Without one in the inventory it is derived from the cluster's name and the export's path, always the same for the same two. Written down, it no longer depends on them.",
    check: ({ exports }, inventory) =>
      exports.flatMap((each, index) =>
        when(inventory.exports[index]?.fsid === undefined, {
          path: ['exports', index],
          message: `the fsid of ${each.path} is derived`,
          fix: `write \`fsid: ${each.fsid}\` below it`,
        }),
      ),
  },
]
