import { describe, expect, test } from 'vitest'
import type { Document } from 'yaml'
import { keepEvidence } from './evidence.ts'
import { ask, nodes } from './hosts.ts'
import { labAt } from './lab.ts'
import { nfshaExits } from './nfsha.ts'
import { activeNode } from './pair.ts'
import { variant } from './variant.ts'

/** An inventory that asks for something else than lab.yml. */
export interface DeployCase {
  readonly title: string
  readonly edit: (doc: Document) => void
  /** Run as root on both nodes before. */
  readonly prepare?: string
  /** On the active node, after: must print `yes`. */
  readonly holds: string
  /** Where the first volume is mounted, and what the client mounts of it; lab.yml's unless said. */
  readonly mount?: string
  readonly exported?: string
}

const written = (exported: string) => `mkdir -p /mnt/nfsha
mount -t nfs -o vers=4.2,hard '192.168.0.219:${exported}' /mnt/nfsha
echo written > /mnt/nfsha/file && sync && cat /mnt/nfsha/file && umount /mnt/nfsha`

/** Each is deployed on nodes that have the packages and nothing else, serves the client, and is then in sync. */
export function describeDeploys(cases: readonly DeployCase[]): void {
  describe.each(cases)('$title', ({ title, edit, prepare, holds, mount, exported }) => {
    test('deploys, serves, and is in sync', async () => {
      keepEvidence()
      await labAt('packages')
      if (prepare !== undefined) for (const node of nodes) await ask(node, prepare)
      const file = variant(`case-${title.replaceAll(/\W+/g, '-')}`, edit)
      await nfshaExits(0, 'deploy', file, '--yes')
      expect(await ask(await activeNode(mount), holds)).toBe('yes')
      expect(await ask('c1', written(exported ?? '/srv/nfsha/data'))).toBe('written')
      await nfshaExits(0, 'plan', file, '--detailed-exitcode')
      await nfshaExits(0, 'status', file, '--timeout', '5m')
    })
  })
}
