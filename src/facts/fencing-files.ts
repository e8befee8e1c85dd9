import type { Cluster } from '../core/cluster.ts'
import { present } from '../core/fact.ts'
import { fencePeerFile, stonithDeviceFile, stonithPluginFile } from '../core/fencing.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'

/** A test, in POSIX sh, that a path is a file that nfsha wrote for this cluster (templates/_parts/header.hbs). */
export function isOurs({ name }: Cluster, path: string): string {
  return `[ -f ${path} ] && head -n 2 ${path} | grep -qF ${quote(`# Managed by nfsha: cluster ${name},`)}`
}

/**
 * Which files of ours for fencing a node has, by path and sorted, however many devices there once were:
 * the handler of DRBD, the STONITH plugin, and the parameters of its devices. Absent when there is none.
 */
export function fencingFiles(cluster: Cluster): Probe<readonly string[]> {
  const { drbdDir, haDir } = cluster.platform.paths
  const fixed = [fencePeerFile(cluster), stonithPluginFile(cluster)].map(quote)
  // All places of the list: the names end in a number.
  const devices = `${quote(`${haDir}/`)}${stonithDeviceFile(cluster, 0).slice(haDir.length + 1, -1)}*`
  return {
    id: 'fencing-files',
    script: [
      `for directory in ${quote(drbdDir)} ${quote(haDir)}; do`,
      `  [ ! -e "$directory" ] || [ -x "$directory" ] || { echo "$directory cannot be read"; exit 1; }`,
      'done',
      'found=no',
      `for each in ${fixed.join(' ')} ${devices}; do`,
      `  if ${isOurs(cluster, '"$each"')}; then found=yes; printf '%s\\n' "$each"; fi`,
      'done',
      `[ "$found" = yes ] || exit ${exitAbsent}`,
    ].join('\n'),
    parse: ({ stdout }) => present(stdout.trim().split('\n').toSorted()),
    deadlineMs: 60_000,
    maxBytes: 4096,
  }
}
