import type { Export, Volume } from '../core/cluster.ts'
import { buildExports, volumeOf } from './build-storage.ts'
import type { Finding } from './problem.ts'
import type { Inventory } from './schema.ts'
import { isWithin } from './text.ts'
import { canonicalClient } from './text-exports.ts'

/** What is exported lies on a volume, and nothing is said twice. */
export function checkExports(inventory: Inventory, volumes: readonly Volume[]): readonly Finding[] {
  const exports = buildExports(inventory, volumes)
  return exports.flatMap((each, index) => {
    const findings: Finding[] = []
    const complain = (key: string, message: string, hint: string) =>
      findings.push({ path: ['exports', index, key], message, hint })
    const volume = volumeOf(volumes, each.path)
    const mounts = volumes.map(({ mountPoint }) => mountPoint).join(', ')
    if (volume === undefined)
      complain('path', `${each.path} lies on no volume`, `export something below ${mounts}`)
    else if (isWithin(each.path, `${volume.mountPoint}/.nfsha`)) {
      complain(
        'path',
        `${each.path} holds nfsha's own state`,
        `export another directory below ${volume.mountPoint}`,
      )
    }
    const earlier = exports.slice(0, index)
    if (earlier.some(({ path }) => path === each.path)) {
      complain('path', `${each.path} is exported already`, 'put all its clients below one export')
    } else if (earlier.some(({ fsid }) => fsid === each.fsid)) {
      const message = `the fsid ${each.fsid} is another export's`
      complain('fsid', message, 'give each export its own; remove it to have one derived')
    }
    return [...findings, ...twice(each, index)]
  })
}

/** exportfs(8) warns of a client that stands twice, and lets the second line count for nothing. */
function twice({ path, clients }: Export, index: number): readonly Finding[] {
  const names = clients.map(({ match }) => canonicalClient(match))
  return clients.flatMap(({ match }, place) => {
    const earlier = clients[names.indexOf(names[place] ?? '')]?.match ?? match
    if (names.indexOf(names[place] ?? '') === place) return []
    const message = `${path} is exported to ${earlier} already${earlier === match ? '' : `, and ${match} is the same`}`
    return [
      { path: ['exports', index, 'clients', place], message, hint: 'keep one of them, with its options' },
    ]
  })
}
